package io.hawser.drill.audit;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Keys that were each written once: those that were acknowledged have to be there, and nothing may
 * be there that nobody sent. Thread-safe.
 */
public final class LostWrites {
  private final Map<String, String> sent = new LinkedHashMap<>();
  private final Set<String> acknowledged = new HashSet<>();

  /** A write is about to be sent. */
  public synchronized void sent(String key, String value) {
    sent.put(key, value);
  }

  /** The store has said that it is done. */
  public synchronized void acknowledged(String key) {
    acknowledged.add(key);
  }

  public synchronized int sentCount() {
    return sent.size();
  }

  public synchronized int acknowledgedCount() {
    return acknowledged.size();
  }

  /** What is wrong with what one replica holds: a line for each key. */
  public synchronized List<String> wrong(Map<String, String> present) {
    List<String> wrong = new ArrayList<>();
    sent.forEach(
        (key, value) -> {
          String found = present.get(key);
          if (found == null && acknowledged.contains(key)) {
            wrong.add("lost " + key);
          } else if (found != null && !found.equals(value)) {
            wrong.add("changed " + key + " to " + found);
          }
        });
    present.keySet().stream()
        .filter(key -> !sent.containsKey(key))
        .forEach(key -> wrong.add("from nowhere " + key));
    return wrong;
  }
}
