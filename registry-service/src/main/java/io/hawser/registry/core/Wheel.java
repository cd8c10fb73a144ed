package io.hawser.registry.core;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * When which subject has to be looked at, by ticks. A subject that is due later than it stands here
 * is found not to be due when its slot comes, and is put further on: so a beat, which puts off what
 * is due, costs nothing here (after Varghese and Lauck, "Hashed and Hierarchical Timing Wheels",
 * 1987, scheme 6).
 *
 * <p>Not thread-safe: owned by one verticle.
 */
final class Wheel {
  private static final int SLOTS = 1_024;
  private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(Detector.TICK_MS);

  private final List<List<Subject>> slots = new ArrayList<>(SLOTS);
  private final long startNs;
  private long tick;

  Wheel(long nowNs) {
    startNs = nowNs;
    for (int i = 0; i < SLOTS; i++) {
      slots.add(new ArrayList<>());
    }
  }

  /** Has the subject looked at in so many nanoseconds, or before. */
  void put(Subject subject, long inNs, long nowNs) {
    long atTick = (nowNs - startNs + Math.min(inNs, TICK_NS * (SLOTS - 2)) + TICK_NS - 1) / TICK_NS;
    long due = Math.max(tick + 1, Math.min(atTick, tick + SLOTS - 1));
    if (subject.dueTick <= tick || due < subject.dueTick) {
      subject.dueTick = due;
      slot(due).add(subject);
    }
  }

  private List<Subject> slot(long atTick) {
    return slots.get((int) (atTick % SLOTS));
  }

  /** The subjects that are due up to now. */
  List<Subject> advance(long nowNs) {
    long until = (nowNs - startNs) / TICK_NS;
    List<Subject> due = new ArrayList<>();
    // After more than a round, each slot has had its turn once.
    tick = Math.max(tick, until - SLOTS);
    while (tick < until) {
      tick++;
      List<Subject> slot = slot(tick);
      for (Subject subject : slot) {
        if (subject.dueTick > 0 && subject.dueTick <= tick) {
          subject.dueTick = 0;
          due.add(subject);
        }
      }
      slot.clear();
    }
    return due;
  }
}
