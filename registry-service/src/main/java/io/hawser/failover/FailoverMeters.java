package io.hawser.failover;

import io.hawser.failover.core.Detection;
import io.hawser.failover.core.Effect;
import io.hawser.failover.core.Forecast;
import io.hawser.failover.core.PoolCensus;
import io.hawser.failover.core.Snapshot;
import io.hawser.model.Event;
import io.hawser.model.Event.BackupActivated;
import io.hawser.model.Event.FailoverFinished;
import io.hawser.model.Event.FailoverStep;
import io.hawser.model.Facet.IncidentStep;
import io.hawser.node.Meters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what this node's manager did, and shows what it sees while it acts. */
final class FailoverMeters {
  private static final Logger log = LoggerFactory.getLogger(FailoverMeters.class);

  private final Meters meters;
  private final AtomicLong term = new AtomicLong();
  private final AtomicLong blocked = new AtomicLong();
  private final AtomicLong paused = new AtomicLong();
  private final AtomicLong shortPools = new AtomicLong();
  private final PoolMeters pools;
  private Set<String> shorts = Set.of();

  FailoverMeters(Meters meters) {
    this.meters = meters;
    meters.gauge(Meters.FAILOVER_TERM, term::get);
    meters.gauge(Meters.FAILOVER_BLOCKED, blocked::get);
    meters.gauge(Meters.FAILOVER_PAUSED, paused::get);
    meters.gauge(Meters.FAILOVER_SHORT_POOLS, shortPools::get);
    this.pools = new PoolMeters(meters);
  }

  /** A write that was carried out. */
  void wrote(Effect.Write write) {
    write.events().forEach(this::count);
    write.detection().ifPresent(this::detected);
    steps(write);
  }

  private void detected(Detection detection) {
    time(detection.confirmedMs(), Meters.FAILOVER_DETECTION_SECONDS, "until", "confirmed");
    time(detection.openedMs(), Meters.FAILOVER_DETECTION_SECONDS, "until", "opened");
  }

  void count(Event.Body body) {
    if (body instanceof FailoverFinished finished) {
      meters.counter(Meters.FAILOVERS, "result", finished.result()).increment();
    } else if (body instanceof BackupActivated activated) {
      time(activated.tookMs(), Meters.FAILOVER_SECONDS);
    } else if (body instanceof FailoverStep step) {
      switch (step.step()) {
        case "recovered" -> recovery("recovered");
        case "recovery-missed" -> recovery("missed");
        case "recovery-given-up" -> recovery("given-up");
        default -> {}
      }
    }
  }

  private void recovery(String result) {
    meters.counter(Meters.RECOVERIES, "result", result).increment();
  }

  /** How long each step took that the write has added: since the last one before it. */
  private void steps(Effect.Write write) {
    List<IncidentStep> steps = write.next().steps();
    long added = write.events().stream().filter(FailoverStep.class::isInstance).count();
    int first = Math.max(0, steps.size() - (int) added);
    if (first == 0) {
      return;
    }
    long beforeMs = steps.get(first - 1).atMs();
    for (IncidentStep step : steps.subList(first, steps.size())) {
      time(step.atMs() - beforeMs, Meters.FAILOVER_STEP_SECONDS, "step", word(step.name()));
    }
  }

  /** Hooks are numbered: one word for all of them. */
  private static String word(String step) {
    return step.startsWith("hook-") ? "hook" : step;
  }

  private void time(long tookMs, String name, String... tags) {
    meters.registry().timer(name, tags).record(Duration.ofMillis(Math.max(0, tookMs)));
  }

  /**
   * What the acting manager sees.
   *
   * @return the events of pools that have become short
   */
  List<FailoverStep> acting(long epoch, FailoverRecords records, long wallMs) {
    long blockedNow = 0;
    long pausedNow = 0;
    Set<String> shortNow = new HashSet<>();
    Map<String, PoolCensus> censuses = new TreeMap<>();
    List<FailoverStep> alarms = new ArrayList<>();
    for (String service : records.governed()) {
      Snapshot snapshot = records.snapshot(service);
      PoolCensus census = PoolCensus.of(snapshot, wallMs);
      if (!census.empty()) {
        censuses.put(service, census);
      }
      blockedNow += snapshot.guard().blockedUntilMs() > wallMs ? 1 : 0;
      pausedNow += snapshot.pause().filter(p -> wallMs < p.untilMs()).isPresent() ? 1 : 0;
      int ready = census.minimum() == 0 ? 0 : Forecast.ready(snapshot, wallMs);
      if (ready < census.minimum()) {
        shortNow.add(service);
        if (!shorts.contains(service)) {
          String note = ready + " ready, at least " + census.minimum() + " wanted";
          log.warn("backup pool is short service={} pool=\"{}\"", service, note);
          alarms.add(new FailoverStep(service, "", "pool-short", note));
        }
      }
    }
    term.set(epoch);
    blocked.set(blockedNow);
    paused.set(pausedNow);
    shortPools.set(shortNow.size());
    pools.show(censuses);
    shorts = shortNow;
    return alarms;
  }

  void standsBy() {
    term.set(0);
    blocked.set(0);
    paused.set(0);
    shortPools.set(0);
    pools.show(Map.of());
    shorts = Set.of();
  }
}
