package io.hawser.gateway;

import static io.hawser.gateway.ContractRules.CONTRACT;

import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Bodies around the edges of a schema: each place of an example takes, one at a time, a value of
 * each type, those on both sides of its limits, and texts that somebody may try. Which of them are
 * good is for a validator to say.
 */
final class Mutations {
  private static final int MAX_BYTES = 1_000_000;

  /** A letter of two UTF-16 units. */
  private static final String WIDE = "\ud83d\ude00";

  private static final List<Object> ANY =
      List.of(
          "",
          "x",
          "a b",
          "-x",
          "a\u0000b",
          "a\nb",
          "\u00e9",
          WIDE,
          "a/b",
          "/a b",
          "/a?b",
          "/a%20b");
  private static final List<Object> MORE =
      List.of(
          "0.0.0.0",
          "::1",
          "[::1]",
          "1:2",
          "http://a",
          "http://a/%zz",
          "http://a/%2",
          "https://u@a/",
          "2023-11-15T00:00:00Z",
          "2023-11-15T00:00Z",
          "2023-11-15",
          1,
          -1,
          1.5,
          true,
          new JsonArray(),
          new JsonObject());

  private final Set<String> bodies = new LinkedHashSet<>();
  private final Object base;

  private Mutations(Object base) {
    this.base = base;
  }

  /** Bodies made of an example, as JSON; the example first. */
  static List<String> of(JsonObject schema, Object example) {
    Mutations mutations = new Mutations(example);
    boolean unused = mutations.bodies.add(Json.encode(example));
    mutations.place(schema, example, List.of());
    return mutations.bodies.stream().filter(body -> body.length() < MAX_BYTES).toList();
  }

  private void place(JsonObject raw, @Nullable Object present, List<String> path) {
    JsonObject schema = CONTRACT.follow(raw);
    values(schema, present).forEach(value -> put(path, value));
    if (!path.isEmpty()) {
      schema.getJsonArray("examples", new JsonArray()).forEach(value -> put(path, value));
    }
    if (present instanceof JsonObject object) {
      fields(schema, object, path);
    } else if (present instanceof JsonArray array && !array.isEmpty()) {
      place(schema.getJsonObject("items"), array.getValue(0), with(path, "0"));
    }
  }

  private void fields(JsonObject schema, JsonObject object, List<String> path) {
    JsonObject properties = schema.getJsonObject("properties", new JsonObject());
    for (String name : properties.fieldNames()) {
      List<String> field = with(path, name);
      place(properties.getJsonObject(name), object.getValue(name), field);
      if (object.containsKey(name)) {
        boolean unused = bodies.add(Json.encode(changed(base, field, 0, null, true)));
      }
    }
    put(with(path, "noSuchField"), 1);
    if (schema.getValue("additionalProperties") instanceof JsonObject values) {
      for (String key : List.of("a b", "", "x".repeat(128), "x".repeat(129), WIDE.repeat(100))) {
        put(with(path, key), "x");
      }
      place(values, null, with(path, "key"));
    }
  }

  private void put(List<String> path, @Nullable Object value) {
    boolean unused = bodies.add(Json.encode(changed(base, path, 0, value, false)));
  }

  private static List<String> with(List<String> path, String step) {
    List<String> longer = new ArrayList<>(path);
    longer.add(step);
    return longer;
  }

  private static @Nullable Object changed(
      @Nullable Object at, List<String> path, int depth, @Nullable Object value, boolean remove) {
    if (depth == path.size()) {
      return value;
    }
    String step = path.get(depth);
    if (at instanceof JsonArray array) {
      JsonArray copy = array.copy();
      copy.set(0, changed(array.getValue(0), path, depth + 1, value, remove));
      return copy;
    }
    JsonObject copy = at instanceof JsonObject object ? object.copy() : new JsonObject();
    if (remove && depth == path.size() - 1) {
      copy.remove(step);
      return copy;
    }
    return copy.put(step, changed(copy.getValue(step), path, depth + 1, value, remove));
  }

  private static List<@Nullable Object> values(JsonObject schema, @Nullable Object present) {
    List<@Nullable Object> values = new ArrayList<>(ANY);
    values.addAll(MORE);
    values.add(null);
    for (Object word : schema.getJsonArray("enum", new JsonArray())) {
      if (word instanceof String text) {
        values.addAll(Arrays.asList(text, text.toUpperCase(Locale.ROOT), text + "e"));
      }
    }
    numbers(schema, values);
    lengths(schema, values);
    sizes(schema, present, values);
    return values;
  }

  private static void numbers(JsonObject schema, List<@Nullable Object> values) {
    for (String limit : List.of("minimum", "maximum")) {
      if (schema.getValue(limit) instanceof Number number) {
        long at = number.longValue();
        values.addAll(List.of(at - 1, at, at + 1, at + 0.5));
      }
    }
  }

  private static void lengths(JsonObject schema, List<@Nullable Object> values) {
    if (schema.getValue("maxLength") instanceof Number number) {
      int max = number.intValue();
      values.addAll(List.of("a".repeat(max), "a".repeat(max + 1)));
      values.addAll(List.of("/" + "a".repeat(max - 1), "/" + "a".repeat(max)));
      values.addAll(List.of(WIDE.repeat(max), WIDE.repeat(max + 1)));
      String url = "http://a/";
      values.addAll(List.of(url + "a".repeat(Math.max(0, max - 9)), url + "a".repeat(max)));
    }
  }

  private static void sizes(
      JsonObject schema, @Nullable Object present, List<@Nullable Object> values) {
    if (schema.getValue("maxItems") instanceof Number number) {
      Object item = present instanceof JsonArray a && !a.isEmpty() ? a.getValue(a.size() - 1) : "x";
      values.add(new JsonArray(Collections.nCopies(number.intValue(), item)));
      values.add(new JsonArray(Collections.nCopies(number.intValue() + 1, item)));
    }
    if (schema.getValue("maxProperties") instanceof Number number) {
      for (int size : new int[] {number.intValue(), number.intValue() + 1}) {
        JsonObject full = new JsonObject();
        for (int i = 0; i < size; i++) {
          full.put("key" + i, "x");
        }
        values.add(full);
      }
    }
  }
}
