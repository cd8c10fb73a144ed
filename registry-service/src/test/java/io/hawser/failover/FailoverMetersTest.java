package io.hawser.failover;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.failover.core.Detection;
import io.hawser.failover.core.Effect;
import io.hawser.failover.core.PoolCensus;
import io.hawser.failover.core.PoolCensus.Place;
import io.hawser.failover.core.PoolCensus.Standing;
import io.hawser.model.Epoch;
import io.hawser.model.Event;
import io.hawser.model.Facet.BackupMode;
import io.hawser.model.Facet.Incident;
import io.hawser.model.Facet.IncidentStep;
import io.hawser.model.Facet.Phase;
import io.hawser.model.Facet.Recovery;
import io.hawser.node.Meters;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FailoverMetersTest {
  private final Meters meters = new Meters(new SimpleMeterRegistry());

  /** A write that has added the last steps. */
  private static Effect.Write write(
      int added, Optional<Detection> detection, IncidentStep... steps) {
    Incident next =
        new Incident(
            "shop",
            "a",
            "life",
            "",
            Phase.PLANNED,
            "b",
            List.of(),
            new Epoch(2),
            Recovery.NONE,
            0,
            0,
            List.of(steps),
            List.of(),
            Optional.empty(),
            1);
    List<Event.Body> events = new ArrayList<>();
    events.add(new Event.FailoverStarted("shop", "i", "a", ""));
    for (IncidentStep step : List.of(steps).subList(steps.length - added, steps.length)) {
      events.add(new Event.FailoverStep("shop", "i", step.name(), step.note()));
    }
    return new Effect.Write(
        "i", Optional.empty(), next, Map.of(), Optional.empty(), events, detection);
  }

  private long ms(String name, String tag, String value) {
    Timer timer = meters.registry().find(name).tag(tag, value).timer();
    return timer == null || timer.count() != 1 ? -1 : (long) timer.totalTime(MILLISECONDS);
  }

  private double gauge(String name, String... tags) {
    return meters.registry().get(name).tags(tags).gauge().value();
  }

  @Test
  void each_step_that_a_write_adds_took_since_the_last_one_before_the_write() {
    FailoverMeters failovers = new FailoverMeters(meters);
    failovers.wrote(
        write(
            2,
            Optional.empty(),
            new IncidentStep("activating", 1_000, ""),
            new IncidentStep("candidate-failed", 4_000, ""),
            new IncidentStep("planned", 4_000, "")));

    assertThat(ms(Meters.FAILOVER_STEP_SECONDS, "step", "candidate-failed")).isEqualTo(3_000);
    assertThat(ms(Meters.FAILOVER_STEP_SECONDS, "step", "planned")).isEqualTo(3_000);
    assertThat(ms(Meters.FAILOVER_STEP_SECONDS, "step", "activating")).isEqualTo(-1);
  }

  @Test
  void an_opening_took_nothing_and_tells_how_long_the_failure_took_to_be_known() {
    FailoverMeters failovers = new FailoverMeters(meters);
    failovers.wrote(
        write(1, Optional.of(new Detection(700, 900)), new IncidentStep("opened", 1_000, "")));

    assertThat(ms(Meters.FAILOVER_DETECTION_SECONDS, "until", "confirmed")).isEqualTo(700);
    assertThat(ms(Meters.FAILOVER_DETECTION_SECONDS, "until", "opened")).isEqualTo(900);
    assertThat(meters.registry().find(Meters.FAILOVER_STEP_SECONDS).timers()).isEmpty();
  }

  @Test
  void a_pool_is_shown_as_long_as_it_is_there() {
    PoolMeters pools = new PoolMeters(meters);
    Place ready = new Place(BackupMode.COLD, Standing.READY);
    pools.show(Map.of("shop", new PoolCensus(Map.of(ready, 2), 3)));
    assertThat(gauge(Meters.FAILOVER_POOL, "service", "shop", "mode", "cold", "state", "ready"))
        .isEqualTo(2);
    assertThat(gauge(Meters.FAILOVER_POOL_MINIMUM, "service", "shop")).isEqualTo(3);

    pools.show(Map.of("shop", new PoolCensus(Map.of(ready, 1), 3)));
    assertThat(gauge(Meters.FAILOVER_POOL, "service", "shop", "mode", "cold", "state", "ready"))
        .isEqualTo(1);
    pools.show(Map.of());
    assertThat(meters.registry().find(Meters.FAILOVER_POOL).gauges()).isEmpty();
    assertThat(meters.registry().find(Meters.FAILOVER_POOL_MINIMUM).gauges()).isEmpty();
  }

  @Test
  void no_more_services_have_pools_than_a_collector_bears_and_it_is_told_how_many_have_none() {
    PoolMeters pools = new PoolMeters(meters);
    Map<String, PoolCensus> all = new HashMap<>();
    for (int i = 0; i < PoolMeters.MOST + 5; i++) {
      all.put("s-" + i, new PoolCensus(Map.of(), 1));
    }
    pools.show(all);

    assertThat(meters.registry().find(Meters.FAILOVER_POOL_MINIMUM).gauges())
        .hasSize(PoolMeters.MOST);
    assertThat(gauge(Meters.FAILOVER_POOLS_UNSHOWN)).isEqualTo(5);
  }
}
