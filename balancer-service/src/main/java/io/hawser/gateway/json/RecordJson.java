package io.hawser.gateway.json;

import io.hawser.model.Epoch;
import io.hawser.model.Event;
import io.hawser.model.NodeId;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Records of the model as JSON: a field for each component, constants as words, points in time
 * ({@code ...AtMs}, {@code sinceMs}, {@code ...untilMs}) also as ISO 8601 without the unit in their
 * name. What is absent is left out: an empty optional, and a point in time that is 0.
 */
public final class RecordJson {
  private RecordJson() {}

  /** The fields of a record, in the order of its components. */
  public static Map<String, @Nullable Object> of(Record record) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      put(json, component.getName(), read(component, record));
    }
    return json;
  }

  /** An event with the fields of what happened beside its own. */
  public static Map<String, @Nullable Object> of(Event event) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("id", event.id());
    put(json, "atMs", event.atMs());
    json.put("kind", event.kind());
    json.put("node", event.node().value());
    if (event.body() instanceof Record body) {
      of(body).forEach(json::putIfAbsent);
    }
    return json;
  }

  private static void put(Map<String, @Nullable Object> json, String name, Object value) {
    if (value instanceof Optional<?> optional) {
      optional.ifPresent(v -> put(json, name, v));
    } else if (value instanceof Long wallMs && isPointInTime(name)) {
      if (wallMs != 0) {
        json.put(name.substring(0, name.length() - 2), Instant.ofEpochMilli(wallMs).toString());
        json.put(name, wallMs);
      }
    } else {
      json.put(name, plain(value));
    }
  }

  private static boolean isPointInTime(String name) {
    return name.endsWith("AtMs")
        || name.equals("atMs")
        || name.equals("sinceMs")
        || name.endsWith("UntilMs")
        || name.equals("untilMs");
  }

  private static @Nullable Object plain(Object value) {
    return switch (value) {
      case Double number -> Double.isFinite(number) ? number : null;
      case Enum<?> constant -> Words.of(constant);
      case NodeId node -> node.value();
      case Epoch epoch -> epoch.value();
      case List<?> list -> list.stream().map(RecordJson::plain).toList();
      case Map<?, ?> map -> sorted(map);
      case Record record -> of(record);
      default -> value;
    };
  }

  private static Map<String, @Nullable Object> sorted(Map<?, ?> map) {
    Map<String, @Nullable Object> sorted = new TreeMap<>();
    map.forEach((k, v) -> sorted.put(String.valueOf(k), plain(v)));
    return sorted;
  }

  private static Object read(RecordComponent component, Record record) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + component, e);
    }
  }
}
