package io.hawser.drill.scenario;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks ten times a second which processes both instances of a pair have, and keeps what was seen.
 * Thread-safe.
 */
final class ProcessCensus implements AutoCloseable {
  private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(100);

  private final FailoverPair pair;
  private final Map<String, Set<Long>> pids = new HashMap<>();
  private final Map<String, Integer> most = new HashMap<>();
  private final Thread looking;
  private volatile boolean over;

  private ProcessCensus(FailoverPair pair) {
    this.pair = pair;
    this.looking = Thread.ofPlatform().name("census").daemon().start(this::look);
  }

  static ProcessCensus of(FailoverPair pair) {
    return new ProcessCensus(pair);
  }

  private void look() {
    while (!over) {
      for (String id : List.of(pair.failing(), pair.backup())) {
        take(id, pair.running(id).stream().map(ProcessHandle::pid).toList());
      }
      LockSupport.parkNanos(LOOK_NS);
    }
  }

  private synchronized void take(String id, List<Long> found) {
    pids.computeIfAbsent(id, i -> new HashSet<>()).addAll(found);
    most.merge(id, found.size(), Math::max);
  }

  /** The most that an instance had at once. */
  synchronized int most() {
    return most.values().stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  /** All that an instance ever had, in the order of their numbers. */
  synchronized List<Long> ever(String id) {
    List<Long> all = new ArrayList<>(pids.getOrDefault(id, Set.of()));
    all.sort(null);
    return List.copyOf(all);
  }

  @Override
  public void close() {
    over = true;
    try {
      looking.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
