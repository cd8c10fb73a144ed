package io.hawser.failover.core;

import io.hawser.catalog.InstanceView;
import io.hawser.failover.core.Ask.Purpose;
import io.hawser.model.Facet.Incident;
import io.hawser.model.Facet.IncidentStep;
import io.hawser.model.Facet.OrderKind;
import io.hawser.model.InstanceKey;
import java.util.Optional;
import java.util.Set;

/** One incident, with all that a decision on it may look at. */
record Case(
    Snapshot snapshot,
    Surroundings around,
    String id,
    Incident incident,
    Progress progress,
    long nowNs,
    long wallMs) {

  /** The step that says why the activation does not go on. */
  static final String HELD = "held";

  /** The step that says that an attempt waits for the node whose the process is. */
  static final String RECOVERY_HELD = "recovery-held";

  private static final Set<String> REMARKS = Set.of(HELD, RECOVERY_HELD);

  Draft draft() {
    return Draft.next(snapshot, around, id, wallMs);
  }

  boolean exclusive() {
    return snapshot.exclusive();
  }

  /** Whether it was ordered; else somebody failed, or nobody is there. */
  boolean ordered() {
    return incident.order().isPresent();
  }

  boolean switchover() {
    return incident.is(OrderKind.SWITCHOVER);
  }

  String failed() {
    return incident.failed();
  }

  Optional<InstanceView> failedInstance() {
    return snapshot.instance(incident.failed());
  }

  boolean failedPasses() {
    return snapshot.passing(incident.failed());
  }

  /**
   * The note of the last remark of this name, of those that were made since anything happened: what
   * holds one part up and what holds another one up are told in turn, and each of them once.
   */
  Optional<String> saidLast(String remark) {
    return incident.steps().reversed().stream()
        .takeWhile(step -> REMARKS.contains(step.name()))
        .filter(step -> step.name().equals(remark))
        .map(IncidentStep::note)
        .findFirst();
  }

  Ask ask(Purpose purpose, String instance, long ordinal) {
    return new Ask(id, purpose, new InstanceKey(incident.service(), instance), ordinal);
  }
}
