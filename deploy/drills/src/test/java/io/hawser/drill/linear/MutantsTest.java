package io.hawser.drill.linear;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.drill.linear.SimulatedRegister.Answer;
import io.hawser.drill.linear.SimulatedRegister.Mistake;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whether the checker sees what it is there to see: stores with one mistake each. */
final class MutantsTest {
  private static final int SEEDS = 30;
  private static final int CLIENTS = 5;
  private static final long UNTIL = 900;
  private static final long PATIENCE = 25;
  private static final int TRIES = 3;

  /** A client that does one operation after the other. */
  private static final class Client {
    private final int number;
    private final SimulatedRegister store;
    private final Random dice;
    private final List<Op> seen;
    private int count;
    private String last = Call.ABSENT;
    private @Nullable Attempt current;

    Client(int number, SimulatedRegister store, Random dice, List<Op> seen) {
      this.number = number;
      this.store = store;
      this.dice = dice;
      this.seen = seen;
    }

    void next() {
      String id = "c" + number + "-" + ++count;
      Call call =
          switch (dice.nextInt(6)) {
            case 0 -> new Call.Put(id);
            case 1 -> new Call.CompareAndSet(last, id);
            case 2 -> dice.nextInt(4) == 0 ? new Call.Delete() : new Call.Put(id);
            default -> new Call.Get();
          };
      Attempt attempt = new Attempt(id, call, store.now());
      current = attempt;
      attempt(attempt, 1);
    }

    private record Attempt(String id, Call call, long start) {}

    private void attempt(Attempt attempt, int number) {
      boolean[] over = new boolean[1];
      store.ask(
          attempt.id(),
          attempt.call(),
          answer -> {
            if (!over[0]) {
              over[0] = true;
              note(attempt, answer);
            }
          });
      store.after(
          PATIENCE,
          () -> {
            if (!over[0]) {
              over[0] = true;
              retry(attempt, number);
            }
          });
    }

    private void retry(Attempt attempt, int number) {
      if (number < TRIES) {
        attempt(attempt, number + 1);
      } else if (attempt.call() instanceof Call.Get) {
        next();
      } else {
        seen.add(op(attempt, new Answer(Op.Outcome.UNKNOWN, Call.ABSENT), Op.OPEN));
        next();
      }
    }

    private void note(Attempt attempt, Answer answer) {
      current = null;
      if (attempt.call() instanceof Call.Get) {
        last = answer.seen();
      }
      seen.add(op(attempt, answer, store.now()));
      store.after(dice.nextInt(4), this::next);
    }

    private Op op(Attempt attempt, Answer answer, long end) {
      return new Op(
          number, "k", attempt.call(), answer.outcome(), answer.seen(), attempt.start(), end);
    }

    /** Time is up: what is under way may have happened. */
    void end() {
      if (current != null && !(current.call() instanceof Call.Get)) {
        seen.add(op(current, new Answer(Op.Outcome.UNKNOWN, Call.ABSENT), Op.OPEN));
      }
    }
  }

  private static List<Op> history(Mistake mistake, long seed) {
    Random dice = new Random(seed);
    SimulatedRegister store = new SimulatedRegister(mistake, dice);
    List<Op> seen = new ArrayList<>();
    List<Client> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      Client client = new Client(i, store, dice, seen);
      clients.add(client);
      store.after(dice.nextInt(10), client::next);
    }
    store.run(UNTIL);
    clients.forEach(Client::end);
    return seen;
  }

  private static long violations(Mistake mistake) {
    long violations = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      List<Op> history = history(mistake, seed);
      assertThat(history).as("seed %d", seed).hasSizeGreaterThan(50);
      Verdict verdict = Checker.check(history, Checker.MAX_CONFIGURATIONS);
      assertThat(verdict).as("seed %d", seed).isNotInstanceOf(Verdict.Undecided.class);
      violations += verdict instanceof Verdict.Violation ? 1 : 0;
    }
    return violations;
  }

  @Test
  void a_store_without_a_mistake_passes_with_every_seed() {
    assertThat(violations(Mistake.NONE)).isZero();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void every_mistake_is_caught(Mistake mistake) {
    long violations = violations(mistake);
    assertThat(violations).as("histories that violate, of %d", SEEDS).isPositive();
  }
}
