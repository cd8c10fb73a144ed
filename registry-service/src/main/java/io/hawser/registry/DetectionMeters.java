package io.hawser.registry;

import io.hawser.model.Facet.Health;
import io.hawser.node.Meters;
import io.hawser.registry.core.CheckRun;
import io.hawser.registry.core.CheckRun.Result;
import io.hawser.registry.core.Detector;
import io.hawser.registry.core.Now;
import io.micrometer.core.instrument.Counter;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the registry measures of its detection, and says once for each change of it. On one event
 * loop; gauges are read by others.
 */
final class DetectionMeters {
  private static final Logger log = LoggerFactory.getLogger(DetectionMeters.class);
  private static final double NS_PER_SECOND = 1e9;

  private final Meters meters;
  private final Counter beats;
  private final Map<Health, AtomicInteger> census = new EnumMap<>(Health.class);
  private final AtomicInteger roster = new AtomicInteger();
  private final AtomicInteger quorate = new AtomicInteger(1);
  private final AtomicInteger abstains = new AtomicInteger();
  private final AtomicInteger frozen = new AtomicInteger();
  private final AtomicLong lateNs = new AtomicLong();
  private String doubt = "";
  private long lastTickNs;
  private boolean ticked;

  DetectionMeters(Meters meters) {
    this.meters = meters;
    this.beats = meters.counter(Meters.BEATS);
    for (Health health : Health.values()) {
      AtomicInteger count = new AtomicInteger();
      census.put(health, count);
      meters.gauge(Meters.INSTANCES, count::get, "health", label(health));
    }
    meters.gauge(Meters.DETECTION_ROSTER, roster::get);
    meters.gauge(Meters.DETECTION_QUORATE, quorate::get);
    meters.gauge(Meters.DETECTION_ABSTAINS, abstains::get);
    meters.gauge(Meters.DETECTION_FROZEN, frozen::get);
    meters.gauge(Meters.DETECTION_TICK_LATENESS, () -> lateNs.get() / NS_PER_SECOND);
  }

  static String label(Health health) {
    return health.name().toLowerCase(Locale.ROOT);
  }

  void roster(int size) {
    roster.set(size);
  }

  void beats(int count) {
    beats.increment(count);
  }

  void census(Map<Health, Integer> counts) {
    census.forEach((health, count) -> count.set(counts.getOrDefault(health, 0)));
  }

  void verdict(Health health) {
    meters.counter(Meters.VERDICTS, "health", label(health)).increment();
  }

  void check(CheckRun run, Result result) {
    String outcome =
        switch (result) {
          case Result.Pass ignored -> "pass";
          case Result.Fail ignored -> "fail";
          case Result.Refusal ignored -> "refused";
          case Result.Blind ignored -> "blind";
        };
    String type = run.spec().type().name().toLowerCase(Locale.ROOT);
    meters.counter(Meters.CHECKS, "type", type, "result", outcome).increment();
  }

  /** To be called with each tick. */
  void state(Detector detector, Now now) {
    if (ticked) {
      long late = now.ns() - lastTickNs - Detector.TICK_MS * 1_000_000;
      // The worst of late, forgotten by and by.
      lateNs.set(Math.max(late, lateNs.get() * 99 / 100));
    }
    ticked = true;
    lastTickNs = now.ns();
    boolean majority = detector.quorate(now);
    if (quorate.getAndSet(majority ? 1 : 0) != (majority ? 1 : 0)) {
      log.warn("registry roster majority heard={}", majority);
    }
    boolean freeze = detector.frozen();
    if (frozen.getAndSet(freeze ? 1 : 0) != (freeze ? 1 : 0)) {
      log.warn("mass failure, evictions are held back frozen={}", freeze);
    }
    String reason = detector.distrusts();
    if (!reason.equals(doubt)) {
      doubt = reason;
      abstains.set(reason.isEmpty() ? 0 : 1);
      log.warn("observer distrusts itself abstains={} reason=\"{}\"", !reason.isEmpty(), reason);
    }
  }
}
