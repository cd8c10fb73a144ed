package io.hawser.failover.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Order;
import io.hawser.model.Facet.OrderKind;
import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.Verdict;
import io.hawser.model.FacetKey.Kind;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DetectionTest {
  private final World world = new World();

  private void down(long sinceMs, long accusedMs) {
    world.instance("one", Role.ACTIVE, Health.UP);
    world.instance("two", Role.STANDBY, Health.UP);
    world.put(
        World.key(Kind.VERDICT, "one"),
        new Verdict("life-1", Health.DOWN, sinceMs, "refused", World.NODE, List.of(), accusedMs));
  }

  private Optional<Detection> opening() {
    Effect.Write write = (Effect.Write) world.decide().getFirst();
    boolean wrote = world.carryOut(write);
    assertThat(wrote).isTrue();
    return write.detection();
  }

  @Test
  void the_opening_of_an_incident_says_how_long_its_failure_took_to_be_known() {
    down(world.wallMs - 300, 700);

    assertThat(opening()).contains(new Detection(700, 1_000));
  }

  @Test
  void nothing_is_added_when_the_observers_clock_is_ahead() {
    down(world.wallMs + 300, 700);

    assertThat(opening()).contains(new Detection(700, 700));
  }

  @Test
  void only_the_opening_says_so_and_only_that_of_a_failure() {
    down(world.wallMs, 700);
    assertThat(opening()).isPresent();
    assertThat(opening()).isEmpty();
  }

  @Test
  void an_order_has_detected_nothing() {
    world.instance("one", Role.ACTIVE, Health.UP);
    world.instance("two", Role.STANDBY, Health.UP);
    Effect.Write order =
        Openings.ordered(
            world.snapshot(),
            world.around,
            "one",
            new Order(OrderKind.SWITCHOVER, "two", "ann", "work"),
            world.wallMs);

    assertThat(order.detection()).isEmpty();
  }
}
