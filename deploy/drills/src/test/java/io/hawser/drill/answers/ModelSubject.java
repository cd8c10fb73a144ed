package io.hawser.drill.answers;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What both stores are expected to answer, in a few lines. */
final class ModelSubject implements Subject {
  private record Value(String text, int version) {}

  private final TreeMap<String, Value> values = new TreeMap<>();
  private final Map<String, Integer> seen = new HashMap<>();
  private int version;

  @Override
  public String answer(Step step) {
    return switch (step) {
      case Step.Get(String key) -> get(key);
      case Step.Put(String key, String text) -> write(key, text, true);
      case Step.Create(String key, String text) -> write(key, text, !values.containsKey(key));
      case Step.Swap(String key, String text) -> write(key, text, same(key));
      case Step.Delete(String key) -> values.remove(key) == null ? ABSENT : DONE;
      case Step.DeleteIfSame(String key) ->
          same(key) && values.remove(key) != null ? DONE : REFUSED;
      case Step.Keys(String prefix, int limit) ->
          values.keySet().stream()
              .filter(key -> key.startsWith(prefix))
              .limit(limit)
              .collect(Collectors.joining(" ", "keys ", ""));
    };
  }

  private String get(String key) {
    Value value = values.get(key);
    if (value == null) {
      seen.remove(key);
      return ABSENT;
    }
    seen.put(key, value.version());
    return "value " + value.text();
  }

  private boolean same(String key) {
    Value value = values.get(key);
    return value != null && seen.getOrDefault(key, -1) == value.version();
  }

  private String write(String key, String text, boolean holds) {
    if (!holds) {
      return REFUSED;
    }
    values.put(key, new Value(text, ++version));
    return DONE;
  }

  @Override
  public void close() {
    values.clear();
  }
}
