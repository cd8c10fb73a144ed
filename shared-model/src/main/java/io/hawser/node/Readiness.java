package io.hawser.node;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What each role of this node waits for before it is ready. Thread-safe. */
public final class Readiness {
  /** The word for a role that waits for nothing. */
  public static final String READY = "ready";

  private final Map<String, String> roles = new ConcurrentHashMap<>();
  private volatile boolean draining;

  /** Says what the role waits for. */
  public void waiting(String role, String why) {
    roles.put(role, why);
  }

  public void ready(String role) {
    roles.put(role, READY);
  }

  /** From now on the node is not ready, whatever its roles are: it is about to stop. */
  public void drain() {
    draining = true;
  }

  /** Whether the node is about to stop: answers ask their clients to go elsewhere. */
  public boolean draining() {
    return draining;
  }

  public boolean allReady() {
    return !draining && roles.values().stream().allMatch(READY::equals);
  }

  /** Each role with "ready" or what it waits for. */
  public Map<String, String> roles() {
    return Map.copyOf(roles);
  }
}
