package io.hawser.failover.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.failover.core.Model.Fault;
import io.hawser.failover.core.Model.Move;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Explores everything that may happen in the small {@link Model}, up to so many moves of each kind,
 * and checks after each move: nobody is routed beside another one, at most one is active, nobody is
 * activated twice under an epoch; and that from wherever it stops, a manager that is left in peace
 * brings every incident to its end. The moves are the report.
 */
class ModelTest {
  /** How many moves of a kind there are at most in one run; in all at most the depth. */
  private static final Map<Move, Integer> MOST =
      new EnumMap<>(
          Map.of(
              Move.ACT, 6,
              Move.ACT_LATE, 1,
              Move.ARRIVE, 1,
              Move.FOLLOW, 2,
              Move.OLD_ACTS, 1,
              Move.TICK, 3,
              Move.READ_0, 2,
              Move.READ_1, 1,
              Move.RETURN, 1,
              Move.FALL, 1));

  /** How many moves are looked ahead; more with {@code -Dhawser.model.depth}: 8 takes minutes. */
  private static final int DEPTH = Integer.getInteger("hawser.model.depth", 6);

  /** What is wrong is found long before all of that has been looked at. */
  private static final int DEEP = 10;

  private final Set<String> seen = new HashSet<>();
  private int worlds;

  private void explore(Fault fault, List<Move> moves, int depth) {
    Model model = replay(fault, moves);
    Map<Move, Integer> made = new EnumMap<>(Move.class);
    moves.forEach(move -> made.merge(move, 1, Integer::sum));
    // With what is left to be tried: the same world with more moves ahead is another one.
    if (!seen.add(model.digest() + made)) {
      return;
    }
    worlds++;
    if (moves.size() == depth) {
      leaveInPeace(model, moves);
      return;
    }
    for (Move move : Move.values()) {
      if (made.getOrDefault(move, 0) < MOST.getOrDefault(move, 0) && model.may(move)) {
        List<Move> next = new ArrayList<>(moves);
        next.add(move);
        explore(fault, next, depth);
      }
    }
  }

  private static Model replay(Fault fault, List<Move> moves) {
    Model model = new Model(fault);
    for (Move move : moves) {
      model.make(move);
      check(model, moves);
    }
    return model;
  }

  private static void check(Model model, List<Move> moves) {
    assertThat(model.actives()).as("active, %s", moves).hasSizeLessThanOrEqualTo(1);
    assertThat(model.routed()).as("routed, %s", moves).hasSizeLessThanOrEqualTo(1);
    assertThat(model.activations.values()).as("activations, %s", moves).allMatch(n -> n == 1);
  }

  private static void leaveInPeace(Model model, List<Move> moves) {
    for (int i = 0; i < 60 && !(i > 8 && model.ended()); i++) {
      model.refresh();
      model.make(Move.ACT);
      model.make(Move.READ_0);
      model.make(Move.READ_1);
      model.make(i % 4 == 3 ? Move.TICK : Move.ACT);
      check(model, moves);
    }
    assertThat(model.ended()).as("ended, %s: %s", moves, model.incidents()).isTrue();
  }

  @Test
  void whatever_happens_one_is_routed_at_most_and_every_incident_ends() {
    explore(Fault.NONE, List.of(), DEPTH);
    assertThat(worlds).isGreaterThan(10_000);
  }

  @Test
  void a_store_that_compares_nothing_is_found_out() {
    assertThatThrownBy(() -> explore(Fault.BLIND_STORE, List.of(), DEEP))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void a_manager_that_does_not_wait_for_the_term_is_found_out() {
    assertThatThrownBy(() -> explore(Fault.FAST_CLOCK, List.of(), DEEP))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("routed");
  }
}
