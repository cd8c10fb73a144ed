package io.hawser.sim;

import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Runs a scenario under one seed after the other. A seed that fails is named in the failure, and
 * {@code -Dhawser.sim.seed=N} replays it alone; {@code -Dhawser.sim.runs=N} sets how many run, and
 * {@code -Dhawser.sim.first=N} where they begin.
 */
public final class Seeds {
  private static final String ONE = "hawser.sim.seed";
  private static final String RUNS = "hawser.sim.runs";
  private static final String FIRST = "hawser.sim.first";

  /** A seed and how it failed. */
  public record Failure(long seed, Throwable cause) {}

  private Seeds() {}

  /**
   * @throws AssertionError naming the first seed that fails
   */
  public static void run(int runs, LongConsumer scenario) {
    Long one = Long.getLong(ONE);
    if (one != null) {
      scenario.accept(one);
      return;
    }
    firstFailure(Integer.getInteger(RUNS, runs), scenario)
        .ifPresent(
            failure -> {
              throw new AssertionError(
                  "seed "
                      + failure.seed()
                      + " fails; replay it with -D"
                      + ONE
                      + "="
                      + failure.seed()
                      + "\n"
                      + failure.cause().getMessage(),
                  failure.cause());
            });
  }

  /** The first seed that fails, for tests that expect one; empty when all pass. */
  public static Optional<Failure> firstFailure(int runs, LongConsumer scenario) {
    long first = Long.getLong(FIRST, 1);
    for (long seed = first; seed < first + runs; seed++) {
      try {
        scenario.accept(seed);
      } catch (RuntimeException | AssertionError e) {
        return Optional.of(new Failure(seed, e));
      }
    }
    return Optional.empty();
  }
}
