package io.hawser.registry.core;

import io.hawser.model.DetectionMessage.Opinion;
import io.hawser.model.InstanceKey;
import io.hawser.model.NodeId;
import io.hawser.registry.core.panel.Panel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * What the subjects of one detector share: the panel, what may be done at all just now, and what
 * they have to say to other nodes until it is sent. Not thread-safe: owned by one verticle.
 */
final class Court {
  private final Panel panel;
  private final long evictAfterNs;
  private final Predicate<InstanceKey> othersPass;
  private final Map<NodeId, Map<InstanceKey, Opinion>> outbox = new TreeMap<>();
  private final Losses losses = new Losses();
  private final Evictions evictions = new Evictions();
  private boolean frozen;

  Court(Panel panel, long evictAfterMs, Predicate<InstanceKey> othersPass) {
    this.panel = panel;
    this.evictAfterNs = TimeUnit.MILLISECONDS.toNanos(evictAfterMs);
    this.othersPass = othersPass;
  }

  Panel panel() {
    return panel;
  }

  /** What is lost of the beats of all subjects. */
  Losses losses() {
    return losses;
  }

  long evictAfterNs() {
    return evictAfterNs;
  }

  /** Whether the instance's service has another one that passes. */
  boolean othersPass(InstanceKey instance) {
    return othersPass.test(instance);
  }

  void freeze(boolean value) {
    frozen = value;
  }

  boolean frozen() {
    return frozen;
  }

  /** How many instances there are in all. */
  void instances(int count) {
    evictions.of(count, panel.peers().size() + 1);
  }

  /** Whether one more may be evicted now; it counts as evicted then. */
  boolean evicts(long nowNs) {
    return !frozen && !panel.abstains() && panel.quorate(nowNs) && evictions.take(nowNs);
  }

  /** Has the opinion sent to the other observers, the newest only. */
  void say(List<NodeId> observers, Opinion opinion) {
    for (NodeId node : observers) {
      if (!node.equals(panel.self())) {
        Opinion unused =
            outbox
                .computeIfAbsent(node, n -> new LinkedHashMap<>())
                .put(opinion.instance(), opinion);
      }
    }
  }

  /** What is to be sent to whom, which is no longer here then. */
  Map<NodeId, List<Opinion>> post() {
    if (outbox.isEmpty()) {
      return Map.of();
    }
    Map<NodeId, List<Opinion>> post = new TreeMap<>();
    outbox.forEach((node, opinions) -> post.put(node, new ArrayList<>(opinions.values())));
    outbox.clear();
    return post;
  }
}
