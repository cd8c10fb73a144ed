package io.hawser.architecture.planted.monitor.core;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** A core that expects threads, twice. */
final class Locked {
  private final ConcurrentMap<String, String> values = new ConcurrentHashMap<>();

  synchronized int size() {
    return values.size();
  }
}
