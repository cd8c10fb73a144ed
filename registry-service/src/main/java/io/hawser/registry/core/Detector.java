package io.hawser.registry.core;

import io.hawser.catalog.InstanceView;
import io.hawser.model.Facet.Health;
import io.hawser.model.InstanceKey;
import io.hawser.model.NodeId;
import io.hawser.registry.core.CheckRun.Result;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Watches the instances that are this node's to watch. Fed with the catalog, beats, results of
 * checks, complaints and ticks; answers each with what is to be done.
 *
 * <p>It distrusts itself first: when its ticks come late, the node stood still, and what it missed
 * meanwhile is no evidence against anybody, so every deadline moves by as much (after Dadgar,
 * Phillips and Currey, "Lifeguard", 2018, which generalizes this).
 *
 * <p>Not thread-safe: owned by one verticle. Holds soft state; the verdicts that it gives are hard
 * and live in the catalog.
 */
public final class Detector {
  /** The time between two ticks. */
  public static final long TICK_MS = 50;

  /** A tick that is late by more is a stall of this node. */
  public static final long STALL_MS = 1_000;

  private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(TICK_MS);
  private static final long STALL_NS = TimeUnit.MILLISECONDS.toNanos(STALL_MS);

  private final NodeId self;
  private final long evictAfterMs;
  private final Map<InstanceKey, Subject> subjects = new HashMap<>();
  private long lastTickNs;
  private long lastRun;

  /**
   * @param evictAfterMs how long an instance with a TTL stays after it went down
   * @param start the first tick is expected {@link #TICK_MS} later
   */
  public Detector(NodeId self, long evictAfterMs, Now start) {
    this.self = self;
    this.evictAfterMs = evictAfterMs;
    this.lastTickNs = start.ns();
  }

  /**
   * Watches an instance, or learns what the catalog has of it by now.
   *
   * <p>Where the catalog says otherwise than this does, another checker has judged: this takes its
   * word and goes on from there. To insist instead would, between two nodes that both hold it
   * theirs, never end.
   */
  public List<Effect> watch(InstanceView view, Now now) {
    notice(now);
    Subject known = subjects.get(view.key());
    if (known != null && known.agreesWith(view)) {
      known.update(view, now);
    } else {
      Subject next = new Subject(self, evictAfterMs, view, now);
      if (known != null) {
        next.inherit(known);
      }
      subjects.put(view.key(), next);
    }
    return with(view.key(), now, subject -> {});
  }

  /** Stops to watch an instance: it is gone, or another node's. */
  public void unwatch(InstanceKey instance) {
    subjects.remove(instance);
  }

  public Set<InstanceKey> watched() {
    return Collections.unmodifiableSet(subjects.keySet());
  }

  /** How many of the watched instances are in which state. */
  public Map<Health, Integer> census() {
    Map<Health, Integer> census = new EnumMap<>(Health.class);
    for (Subject subject : subjects.values()) {
      census.merge(subject.health(), 1, Integer::sum);
    }
    return census;
  }

  /** A sign of life. That of another incarnation is none. */
  public List<Effect> beat(InstanceKey instance, String incarnation, Now now) {
    notice(now);
    return with(
        instance,
        now,
        subject -> {
          if (subject.incarnation().equals(incarnation)) {
            subject.beat(now);
          }
        });
  }

  /** A balancer could not use the instance: checked at once, and judged by that alone. */
  public List<Effect> complaint(
      NodeId balancer, InstanceKey instance, String incarnation, String reason, Now now) {
    notice(now);
    return with(
        instance,
        now,
        subject -> {
          if (subject.incarnation().equals(incarnation)) {
            subject.complaint(balancer, reason, now);
          }
        });
  }

  /** The result of an {@link Effect.Run}. One that nobody waits for any more is ignored. */
  public List<Effect> result(CheckRun run, Result result, Now now) {
    notice(now);
    return with(run.instance(), now, subject -> subject.result(run, result, now));
  }

  /** An {@link Effect.Judge} was carried out, or could not be. */
  public void written(InstanceKey instance) {
    Subject subject = subjects.get(instance);
    if (subject != null) {
      subject.written();
    }
  }

  /** Time has passed. To be called every {@link #TICK_MS}. */
  public List<Effect> tick(Now now) {
    notice(now);
    lastTickNs = now.ns();
    List<Effect> effects = new ArrayList<>();
    for (InstanceKey key : List.copyOf(subjects.keySet())) {
      effects.addAll(with(key, now, subject -> {}));
    }
    return effects;
  }

  /** On each input, as after a stall it is chance which of the waiting ones comes first. */
  private void notice(Now now) {
    long lateNs = now.ns() - lastTickNs - TICK_NS;
    if (lateNs > STALL_NS) {
      subjects.values().forEach(subject -> subject.shift(lateNs));
      lastTickNs = now.ns();
    }
  }

  /** One subject's fault must not keep the others from being watched. */
  private List<Effect> with(InstanceKey instance, Now now, Consumer<Subject> input) {
    Subject subject = subjects.get(instance);
    if (subject == null) {
      return List.of();
    }
    List<Effect> effects = new ArrayList<>(2);
    try {
      input.accept(subject);
      return subject.step(now, () -> ++lastRun, effects);
    } catch (RuntimeException e) {
      subjects.remove(instance);
      return List.of(new Effect.Defect(instance, e));
    }
  }
}
