package io.hawser.node;

import java.util.Map;
import java.util.TreeMap;

/**
 * The settings of a node, each with where it came from. Keys are dotted and lower-case ({@code
 * api.port}); a structured part of the file is read with {@link #under}. Immutable.
 */
public final class Settings {
  /** A value as text, and what set it: "default", "file conf.yaml", "environment" or "flag". */
  public record Value(String text, String origin) {}

  private final TreeMap<String, Value> values;

  public Settings(Map<String, Value> values) {
    this.values = new TreeMap<>(values);
  }

  public static Settings of(Map<String, String> values) {
    TreeMap<String, Value> all = new TreeMap<>();
    values.forEach((k, v) -> all.put(k, new Value(v, "test")));
    return new Settings(all);
  }

  /**
   * The value of a key, or its default.
   *
   * @throws IllegalArgumentException naming the key and its origin when the text is no legal value
   */
  public <T> T get(SettingKey<T> key) {
    Value value = values.get(key.name());
    if (value == null) {
      return key.defaultValue();
    }
    try {
      return key.parser().apply(value.text());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(e.getMessage() + " (from " + value.origin() + ")", e);
    }
  }

  /**
   * All keys that start with the prefix and a dot, without the two. List items go by their index:
   * {@code command.0}.
   */
  public Map<String, String> under(String prefix) {
    TreeMap<String, String> found = new TreeMap<>();
    String start = prefix + ".";
    values
        .tailMap(start, true)
        .forEach(
            (k, v) -> {
              if (k.startsWith(start)) {
                found.put(k.substring(start.length()), v.text());
              }
            });
    return found;
  }

  /** Every value that was set, by key. */
  public Map<String, Value> all() {
    return new TreeMap<>(values);
  }
}
