package io.hawser.drill.linear;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** All that clients saw of registers. Thread-safe. Bounded: beyond it, nothing more is noted. */
public final class History {
  private static final int MAX_OPS = 2_000_000;

  private final List<Op> ops = new ArrayList<>();

  public synchronized void add(Op op) {
    if (ops.size() < MAX_OPS) {
      ops.add(op);
    }
  }

  public synchronized int size() {
    return ops.size();
  }

  /** A copy of what was noted, by key. */
  public synchronized Map<String, List<Op>> byKey() {
    return ops.stream().collect(Collectors.groupingBy(Op::key, TreeMap::new, Collectors.toList()));
  }

  /** The verdict on each key. */
  public Map<String, Verdict> check() {
    Map<String, Verdict> verdicts = new TreeMap<>();
    byKey()
        .forEach((key, all) -> verdicts.put(key, Checker.check(all, Checker.MAX_CONFIGURATIONS)));
    return verdicts;
  }
}
