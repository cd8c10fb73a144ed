package io.hawser.drill.scenario;

import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** The figures of several rounds in one: smallest, median, 95th percentile, largest. */
public final class Summary {
  private Summary() {}

  /** Of one field of the rounds; of those that have it. */
  public static JsonObject of(List<JsonObject> rounds, String field) {
    double[] values = values(rounds, field);
    JsonObject summary = new JsonObject().put("rounds", values.length);
    return values.length == 0
        ? summary
        : summary
            .put("min", values[0])
            .put("median", rank(values, 0.5))
            .put("p95", rank(values, 0.95))
            .put("max", values[values.length - 1]);
  }

  private static double[] values(List<JsonObject> rounds, String field) {
    return rounds.stream()
        .map(round -> round.getDouble(field))
        .filter(Objects::nonNull)
        .mapToDouble(Double::doubleValue)
        .sorted()
        .toArray();
  }

  /**
   * The value of one field at a share of the rounds, by nearest rank; infinite when none has it.
   */
  static double rank(List<JsonObject> rounds, String field, double share) {
    double[] values = values(rounds, field);
    return values.length == 0 ? Double.POSITIVE_INFINITY : rank(values, share);
  }

  /** The nearest rank. */
  private static double rank(double[] sorted, double share) {
    int rank = (int) Math.ceil(share * sorted.length);
    return sorted[Math.clamp(rank - 1, 0, sorted.length - 1)];
  }

  /** Whether the largest is at most so much, and no round lacks it. */
  public static boolean within(List<JsonObject> rounds, String field, double limit) {
    return rounds.stream().map(r -> r.getDouble(field)).allMatch(v -> v != null && v <= limit);
  }

  /** As a line for people. */
  public static String text(JsonObject summary) {
    return Arrays.stream(new String[] {"min", "median", "p95", "max"})
        .filter(summary::containsKey)
        .map(name -> "%s %.0f".formatted(name, summary.getDouble(name)))
        .reduce((a, b) -> a + ", " + b)
        .orElse("never seen");
  }
}
