package io.hawser.balancer.core;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Things that have the same time each, by when it began: the first to expire is the first that was
 * put in. Not thread-safe: owned by one event loop.
 */
public final class Deadlines<T> {
  private final long timeoutNs;
  private final Map<T, Long> startsNs = new LinkedHashMap<>();

  public Deadlines(long timeoutNs) {
    this.timeoutNs = timeoutNs;
  }

  /** Its time begins, or begins again. */
  public void begin(T item, long nowNs) {
    startsNs.remove(item);
    startsNs.put(item, nowNs);
  }

  /** Its time no longer counts. */
  public void end(T item) {
    startsNs.remove(item);
  }

  /** Takes the next one whose time is over out. */
  public Optional<T> expire(long nowNs) {
    if (startsNs.isEmpty()) {
      return Optional.empty();
    }
    Map.Entry<T, Long> oldest = startsNs.entrySet().iterator().next();
    T item = oldest.getKey();
    if (nowNs - oldest.getValue() < timeoutNs) {
      return Optional.empty();
    }
    startsNs.remove(item);
    return Optional.of(item);
  }
}
