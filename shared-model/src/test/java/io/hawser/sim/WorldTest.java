package io.hawser.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WorldTest {
  private static final NodeId A = new NodeId("a");
  private static final NodeId B = new NodeId("b");

  /** Hears, and counts its own ticks and, on disk, its starts. */
  private static final class Listener implements Program<String> {
    private final SimNode<String, Listener> node;
    private final List<String> heard = new ArrayList<>();
    private int ticks;

    Listener(SimNode<String, Listener> node) {
      this.node = node;
    }

    @Override
    public void start() {
      node.disk().write("starts", node.disk().read("starts", Integer.class).orElse(0) + 1);
      node.every(10, "tick", () -> ticks++);
    }

    @Override
    public void receive(NodeId from, String message) {
      heard.add(message);
    }
  }

  private final World<String, Listener> world = world(1);
  private final SimNode<String, Listener> a = world.node(A);
  private final SimNode<String, Listener> b = world.node(B);

  private static World<String, Listener> world(long seed) {
    World<String, Listener> world = new World<>(seed);
    world.add("a", Listener::new).start();
    world.add("b", Listener::new).start();
    return world;
  }

  private static List<String> heard(SimNode<String, Listener> node) {
    return node.program().orElseThrow().heard;
  }

  private void sendMany(int count) {
    for (int i = 0; i < count; i++) {
      a.send(B, "m" + i);
    }
    world.runFor(1_000);
  }

  @Test
  void a_good_link_delivers_each_message_once() {
    sendMany(100);

    assertThat(heard(b)).hasSize(100).doesNotHaveDuplicates();
  }

  @Test
  void a_bad_link_loses_repeats_and_reorders() {
    world.network().faults(new Faults(0.2, 0.2, 1, 100));
    sendMany(1_000);

    assertThat(heard(b)).hasSizeBetween(850, 1_050);
    assertThat(Set.copyOf(heard(b))).hasSizeBetween(750, 850);
    assertThat(heard(b)).isNotEqualTo(heard(b).stream().sorted().toList());
    assertThat(world.network().lost()).isBetween(150L, 250L);
  }

  @Test
  void a_cut_goes_one_way_and_takes_what_is_under_way() {
    a.send(B, "under way");
    world.network().cut(A, B);
    b.send(A, "back");
    world.runFor(100);
    assertThat(heard(b)).isEmpty();
    assertThat(heard(a)).containsExactly("back");

    world.network().heal();
    a.broadcast("again");
    world.runFor(100);
    assertThat(heard(b)).containsExactly("again");
  }

  @Test
  void a_crash_ends_timers_and_keeps_or_loses_the_disk() {
    world.runFor(100);
    Listener first = a.program().orElseThrow();
    a.crash();
    world.runFor(100);
    assertThat(first.ticks).isEqualTo(10);
    a.start();
    assertThat(a.disk().read("starts", Integer.class)).contains(2);
    a.crashAndLoseDisk();
    a.start();

    assertThat(a.disk().read("starts", Integer.class)).contains(1);
    assertThat(a.life()).isEqualTo(3);
  }

  @Test
  void clocks_are_wrong_each_by_its_own_amount() {
    a.clock().skew(-5_000);
    long beforeNs = a.clock().nowNs();
    world.runFor(70);

    assertThat(b.clock().wallMs() - a.clock().wallMs()).isEqualTo(5_000);
    assertThat(a.clock().nowNs() - beforeNs).isEqualTo(70_000_000);
    assertThat(a.clock().nowNs()).isNotEqualTo(b.clock().nowNs());
  }

  @Test
  void an_invariant_is_checked_after_every_event_and_its_failure_shows_the_last_ones() {
    world.invariant(
        "quiet", () -> heard(b).size() < 3 ? Optional.empty() : Optional.of("b heard 3"));

    assertThatThrownBy(() -> sendMany(100))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("quiet: b heard 3")
        .hasMessageContaining("message=m");
    assertThat(heard(b)).hasSize(3);
  }

  @Test
  void a_seed_makes_the_same_run_each_time_and_another_seed_another() {
    assertThat(fingerprint(7)).isEqualTo(fingerprint(7)).isNotEqualTo(fingerprint(8));
  }

  private static long fingerprint(long seed) {
    World<String, Listener> world = world(seed);
    world.network().faults(new Faults(0.3, 0.3, 0, 50));
    for (int i = 0; i < 50; i++) {
      world.node(A).send(B, "m" + i);
    }
    world.runFor(1_000);
    return world.fingerprint();
  }

  @Test
  void a_failing_seed_is_named_with_how_to_replay_it() {
    assertThatThrownBy(
            () ->
                Seeds.run(
                    10,
                    seed -> {
                      if (seed == 4) {
                        throw new IllegalStateException("planted");
                      }
                    }))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("-Dhawser.sim.seed=4")
        .hasMessageContaining("planted");
    assertThat(Seeds.firstFailure(3, seed -> {})).isEmpty();
  }
}
