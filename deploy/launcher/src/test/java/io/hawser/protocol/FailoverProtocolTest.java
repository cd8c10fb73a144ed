package io.hawser.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.protocol.Move.Kind;
import io.hawser.sim.Explorer;
import io.hawser.sim.Explorer.Found;
import io.hawser.sim.Explorer.Report;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at everything that may happen in the small world of {@link Rules}, and checks each state:
 * one is active and routed at most, its writes are taken and nobody else's; one manager acts;
 * nothing is done for one that was followed; nobody is made active twice under an epoch; and from
 * wherever it is left in peace every incident ends, and somebody serves if anybody can.
 *
 * <p>{@code -Dhawser.model.disturbances=3} and {@code -Dhawser.model.seconds=8} look further, for
 * as long as that takes.
 */
class FailoverProtocolTest {
  private static final Logger log = LoggerFactory.getLogger(FailoverProtocolTest.class);

  /** A world with more states is not small. */
  private static final int MOST = 20_000_000;

  private static final int SECONDS = Integer.getInteger("hawser.model.seconds", 5);
  private static final int DISTURBANCES = Integer.getInteger("hawser.model.disturbances", 2);

  private static Rules rules(boolean exclusive, Fault fault, int disturbances) {
    Map<Kind, Integer> most = new EnumMap<>(Kind.class);
    most.put(Kind.TICK, SECONDS);
    most.put(Kind.ACT_LATE, 1);
    most.put(Kind.ACT_REFUSED, 1);
    most.put(Kind.TAKE, 2);
    most.put(Kind.RELEASE, 1);
    most.put(Kind.RESTART, 1);
    most.put(Kind.RETURN, 1);
    most.put(Kind.FALL, 1);
    if (!exclusive) {
      // Balancers go by the last that they have heard: nothing hangs on when they hear it.
      most.put(Kind.READ, 0);
    }
    return new Rules(exclusive, fault, most, disturbances);
  }

  private static Report<Move> explore(Rules rules, Consumer<Scene> each) {
    Report<Move> report = new Explorer<>(new World(rules), each).explore(MOST);
    log.info(
        "looked at the protocol fault={} states={} moves={} depth={} found=\"{}\"",
        rules.fault(),
        report.states(),
        report.moves(),
        report.depth(),
        report.found().map(Found::toString).orElse(""));
    return report;
  }

  private static Report<Move> whole(boolean exclusive) {
    Rules rules = rules(exclusive, Fault.NONE, DISTURBANCES);
    return explore(rules, new Peace(new World(rules))::check);
  }

  @Test
  void whatever_happens_to_an_exclusive_service_one_has_it_at_most_and_every_incident_ends() {
    Report<Move> report = whole(true);

    assertThat(report.found()).isEmpty();
    assertThat(report.whole()).isTrue();
    assertThat(report.states()).isGreaterThan(10_000);
  }

  @Test
  void whatever_happens_to_an_ordinary_service_one_is_active_at_most_and_every_incident_ends() {
    Report<Move> report = whole(false);

    assertThat(report.found()).isEmpty();
    assertThat(report.whole()).isTrue();
    assertThat(report.states()).isGreaterThan(5_000);
  }

  /** In a world that is as large as it takes. */
  @ParameterizedTest
  @CsvSource({
    "FENCE_AFTER_ROUTING, true, 0, still takes what one writes",
    "NO_MARGIN, true, 0, routed at the same time",
    "STATIC_BALANCER, true, 0, routed at the same time",
    "GIVEN_BACK, true, 2, still takes what",
    "TERM_UNCHECKED, true, 2, the store took a write of a manager that was followed",
    "CALLER_UNCHECKED, false, 3, a process was started for a manager that was followed",
    "LAPSED_MANAGER, true, 1, two managers act",
    "HASTY_LEASE, true, 1, two managers act",
    "BLIND_STORE, true, 2, made active twice",
  })
  void what_is_wrong_with_the_world_is_found(
      Fault fault, boolean exclusive, int disturbances, String what) {
    Report<Move> report = explore(rules(exclusive, fault, disturbances), scene -> {});

    assertThat(report.found().map(Found::what))
        .hasValueSatisfying(found -> assertThat(found).contains(what));
  }

  @ParameterizedTest
  @CsvSource({"true, 0", "true, 1", "false, 3"})
  void nothing_is_found_in_such_a_world_when_nothing_is_wrong(boolean exclusive, int disturbances) {
    assertThat(explore(rules(exclusive, Fault.NONE, disturbances), scene -> {}).found()).isEmpty();
  }
}
