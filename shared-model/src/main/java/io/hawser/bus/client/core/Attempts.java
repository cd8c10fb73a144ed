package io.hawser.bus.client.core;

import io.hawser.model.NodeId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whom one request was sent to, and what came of it. Not thread-safe: owned by one {@link Pursuit}.
 */
final class Attempts {
  private static final class Asked {
    private int open;
    private long sentNs;
    private boolean refused;
    private boolean gone;
    private long refusedNs;
  }

  private static final Asked NEVER = new Asked();

  private final Map<NodeId, Asked> asked = new HashMap<>();

  private Asked of(NodeId node) {
    return asked.getOrDefault(node, NEVER);
  }

  private Asked begun(NodeId node) {
    return asked.computeIfAbsent(node, n -> new Asked());
  }

  void sent(NodeId node, long nowNs) {
    Asked attempt = begun(node);
    attempt.open++;
    attempt.sentNs = nowNs;
    attempt.refused = false;
  }

  /** Returns whether the node was asked. */
  boolean answered(NodeId node) {
    Asked attempt = asked.get(node);
    if (attempt == null) {
      return false;
    }
    attempt.open = Math.max(0, attempt.open - 1);
    return true;
  }

  void refused(NodeId node, long nowNs) {
    Asked attempt = begun(node);
    attempt.refused = true;
    attempt.refusedNs = nowNs;
  }

  /** What it was asked will not be answered. */
  void gone(NodeId node) {
    Asked attempt = begun(node);
    attempt.open = 0;
    attempt.gone = true;
  }

  boolean isGone(NodeId node) {
    return of(node).gone;
  }

  /** Whether an answer of the node is still to come. */
  boolean owes(NodeId node) {
    return of(node).open > 0;
  }

  /** Whether it owes one, and not for longer than this. */
  boolean sentWithin(NodeId node, long ns, long nowNs) {
    Asked attempt = of(node);
    return attempt.open > 0 && nowNs - attempt.sentNs < ns;
  }

  /** Whether its last word was a refusal, and not longer ago than this. */
  boolean refusedWithin(NodeId node, long ns, long nowNs) {
    Asked attempt = of(node);
    return attempt.refused && nowNs - attempt.refusedNs < ns;
  }

  /** Whether any answer is still to come. */
  boolean open() {
    return asked.values().stream().anyMatch(attempt -> attempt.open > 0);
  }

  /** Who owes an answer. */
  List<NodeId> silent() {
    return asked.keySet().stream().filter(this::owes).sorted().toList();
  }
}
