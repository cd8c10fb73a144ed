package io.hawser.cli.demo;

import io.hawser.cli.demo.Seen.Answer;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Counts the answers of the load, by who gave them. Thread-safe. */
final class Totals {
  /** The most reasons that are told apart. */
  private static final int MAX_REASONS = 20;

  private final Map<String, Long> byInstance = new TreeMap<>();
  private final Map<String, Long> byReason = new TreeMap<>();
  private long requests;
  private long failed;

  synchronized void add(Answer answer) {
    requests++;
    if (answer.failed()) {
      failed++;
      String reason = byReason.size() < MAX_REASONS ? answer.why() : "other";
      byReason.merge(reason, 1L, Long::sum);
    } else {
      byInstance.merge(answer.instance().isEmpty() ? "?" : answer.instance(), 1L, Long::sum);
    }
  }

  synchronized long requests() {
    return requests;
  }

  synchronized long failed() {
    return failed;
  }

  /** In one line, for people. */
  synchronized String line() {
    String answers =
        byInstance.entrySet().stream()
            .map(e -> e.getKey() + " " + e.getValue())
            .collect(Collectors.joining(", "));
    String failures =
        byReason.isEmpty()
            ? ""
            : byReason.entrySet().stream()
                .map(e -> e.getValue() + " × " + e.getKey())
                .collect(Collectors.joining(", ", " (", ")"));
    return requests
        + " requests, "
        + failed
        + " failed"
        + failures
        + (answers.isEmpty() ? "" : "; answered by " + answers);
  }

  synchronized JsonObject json() {
    JsonObject instances = new JsonObject();
    byInstance.forEach(instances::put);
    JsonObject reasons = new JsonObject();
    byReason.forEach(reasons::put);
    return new JsonObject()
        .put("requests", requests)
        .put("failed", failed)
        .put("answeredBy", instances)
        .put("failures", reasons);
  }
}
