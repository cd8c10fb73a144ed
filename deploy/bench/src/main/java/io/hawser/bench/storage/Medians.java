package io.hawser.bench.storage;

import io.hawser.drill.kv.Dialect;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Several runs of one measurement in one row, and the ratio of the rates. */
final class Medians {
  private static final List<String> FIGURES =
      List.of("perSecond", "p50Ms", "p99Ms", "serverCpuMicrosPerOp", "clientCpuMicrosPerOp");

  private Medians() {}

  /** A row for each operation, number of connections and store, the stores beside one another. */
  static List<JsonObject> of(List<JsonObject> rows) {
    Map<String, Map<String, List<JsonObject>>> groups = new LinkedHashMap<>();
    for (JsonObject row : rows) {
      groups
          .computeIfAbsent(
              row.getString("op") + " " + row.getInteger("connections"), g -> new LinkedHashMap<>())
          .computeIfAbsent(row.getString("store"), s -> new ArrayList<>())
          .add(row);
    }
    List<JsonObject> medians = new ArrayList<>();
    for (Map<String, List<JsonObject>> stores : groups.values()) {
      List<JsonObject> beside = stores.values().stream().map(Medians::median).toList();
      ratio(beside);
      medians.addAll(beside);
    }
    return medians;
  }

  private static JsonObject median(List<JsonObject> rows) {
    JsonObject first = rows.getFirst();
    JsonObject median =
        new JsonObject()
            .put("op", first.getString("op"))
            .put("connections", first.getInteger("connections"))
            .put("store", first.getString("store"))
            .put("runs", rows.size());
    for (String figure : FIGURES) {
      double[] sorted = rows.stream().mapToDouble(row -> row.getDouble(figure)).sorted().toArray();
      int half = sorted.length / 2;
      double middle = sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
      median.put(figure, Math.round(middle * 1e3) / 1e3);
    }
    return median;
  }

  /** Each rate as a multiple of etcd's, when that was measured. */
  private static void ratio(List<JsonObject> beside) {
    beside.stream()
        .filter(row -> Objects.equals(row.getString("store"), StorageRun.name(Dialect.ETCD)))
        .mapToDouble(row -> row.getDouble("perSecond"))
        .filter(rate -> rate > 0)
        .findFirst()
        .ifPresent(
            rate ->
                beside.forEach(
                    row ->
                        row.put(
                            "ratio", Math.round(row.getDouble("perSecond") / rate * 100) / 100.0)));
  }
}
