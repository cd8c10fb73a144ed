package io.hawser.failover.core;

import io.hawser.catalog.InstanceView;
import io.hawser.failover.core.Ask.Purpose;
import io.hawser.model.Facet.Incident;
import io.hawser.model.Facet.OrderKind;
import io.hawser.model.InstanceKey;
import java.util.Optional;

/** One incident, with all that a decision on it may look at. */
record Case(
    Snapshot snapshot,
    Surroundings around,
    String id,
    Incident incident,
    Progress progress,
    long nowNs,
    long wallMs) {

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

  Ask ask(Purpose purpose, String instance, long ordinal) {
    return new Ask(id, purpose, new InstanceKey(incident.service(), instance), ordinal);
  }
}
