package io.hawser.monitor.core.alert;

import io.hawser.model.Facet.Alert;
import io.hawser.model.Facet.Comparison;
import io.hawser.model.Facet.Function;
import io.hawser.model.Facet.Rule;
import io.hawser.model.MonitorMessage.Summary;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides, rule by rule, what becomes of its alert.
 *
 * <p>Where an alert stands is hard state and comes in as the ALERT facet. Soft state, begun anew by
 * the next evaluator: since when a rule has had no data, when its facet was last refreshed, and how
 * a rule read that is deleted by now. Not thread-safe: owned by one verticle.
 */
public final class AlertBook {
  /** An alert whose rule has had no data for so long is resolved. */
  public static final long NO_DATA_GRACE_NS = 30_000_000_000L;

  /** A value that changes while the state does not is written no more often. */
  public static final long REFRESH_NS = 10_000_000_000L;

  private static final Rule FORGOTTEN =
      new Rule("", Map.of(), Function.MEAN, 0, Comparison.ABOVE, 0, 0, "", Map.of());

  /** The moment of a look, by both clocks. */
  public record Moment(long wallMs, long nowNs) {}

  private static final class Clocks {
    boolean missing;
    long missingSinceNs;
    long writtenNs;

    Clocks(long nowNs) {
      writtenNs = nowNs;
    }
  }

  private final Map<String, Rule> rules = new HashMap<>();
  private final Map<String, Clocks> clocks = new HashMap<>();

  /** Takes note of the rules as they are, and forgets deleted ones that have no alert any more. */
  public void remember(Map<String, Rule> present, Set<String> alerts) {
    Set<String> wanted = new HashSet<>(present.keySet());
    wanted.addAll(alerts);
    rules.keySet().retainAll(wanted);
    clocks.keySet().retainAll(wanted);
    rules.putAll(present);
  }

  /** Forgets what was measured on this node's clock. For a node that stops evaluating. */
  public void stepAside() {
    clocks.clear();
  }

  /** What to do after the rule's metric gave this summary. */
  public Step look(String name, Rule rule, Optional<Alert> alert, Summary summary, Moment now) {
    Clocks clock = clocks.computeIfAbsent(name, n -> new Clocks(now.nowNs()));
    AlertState before = AlertState.of(alert);
    AlertState after =
        switch (Reading.of(rule, summary)) {
          case Reading.Value read -> {
            clock.missing = false;
            yield before.seen(rule, read.value(), now.wallMs());
          }
          case Reading.Missing ignored ->
              before.missing(missingForLong(clock, now.nowNs()), now.wallMs());
        };
    boolean sameState = after.getClass() == before.getClass();
    if (sameState && (after.equals(before) || now.nowNs() - clock.writtenNs < REFRESH_NS)) {
      return new Step.Stay();
    }
    clock.writtenNs = now.nowNs();
    return new Step.Write(after.facet(), sameState ? Optional.empty() : notice(name, rule, after));
  }

  private static boolean missingForLong(Clocks clock, long nowNs) {
    if (!clock.missing) {
      clock.missing = true;
      clock.missingSinceNs = nowNs;
    }
    return nowNs - clock.missingSinceNs >= NO_DATA_GRACE_NS;
  }

  private static Optional<Notice> notice(String name, Rule rule, AlertState after) {
    return switch (after) {
      case AlertState.Firing firing -> Optional.of(Notice.of(name, rule, firing));
      case AlertState.Resolved resolved -> Optional.of(Notice.of(name, rule, resolved));
      case AlertState.Inactive ignored -> Optional.empty();
      case AlertState.Pending ignored -> Optional.empty();
    };
  }

  /**
   * What to do with the alert of a rule that was deleted: the facet goes, and one that fired is
   * resolved.
   */
  public Step end(String name, Alert alert, Moment now) {
    AlertState before = AlertState.of(Optional.of(alert));
    AlertState after = before.cleared(before.lastValue(), now.wallMs());
    boolean fired = after.getClass() != before.getClass();
    Rule rule = rules.getOrDefault(name, FORGOTTEN);
    return new Step.Write(Optional.empty(), fired ? notice(name, rule, after) : Optional.empty());
  }
}
