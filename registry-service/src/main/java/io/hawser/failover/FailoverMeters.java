package io.hawser.failover;

import io.hawser.failover.core.Forecast;
import io.hawser.failover.core.Snapshot;
import io.hawser.model.Event;
import io.hawser.model.Event.BackupActivated;
import io.hawser.model.Event.FailoverFinished;
import io.hawser.model.Event.FailoverStep;
import io.hawser.model.Facet.Incident;
import io.hawser.model.Facet.IncidentStep;
import io.hawser.node.Meters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
  private Set<String> shorts = Set.of();

  FailoverMeters(Meters meters) {
    this.meters = meters;
    meters.gauge(Meters.FAILOVER_TERM, term::get);
    meters.gauge(Meters.FAILOVER_BLOCKED, blocked::get);
    meters.gauge(Meters.FAILOVER_PAUSED, paused::get);
    meters.gauge(Meters.FAILOVER_SHORT_POOLS, shortPools::get);
  }

  void count(Event.Body body) {
    if (body instanceof FailoverFinished finished) {
      meters.counter(Meters.FAILOVERS, "result", finished.result()).increment();
    } else if (body instanceof BackupActivated activated) {
      time(Meters.FAILOVER_SECONDS, activated.tookMs());
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

  /** How long the last step of an incident took. */
  void step(Incident incident) {
    List<IncidentStep> steps = incident.steps();
    if (steps.size() >= 2) {
      IncidentStep last = steps.getLast();
      meters
          .registry()
          .timer(Meters.FAILOVER_STEP_SECONDS, "step", word(last.name()))
          .record(Duration.ofMillis(Math.max(0, last.atMs() - steps.get(steps.size() - 2).atMs())));
    }
  }

  /** Hooks are numbered: one word for all of them. */
  private static String word(String step) {
    return step.startsWith("hook-") ? "hook" : step;
  }

  private void time(String name, long tookMs) {
    meters.registry().timer(name).record(Duration.ofMillis(Math.max(0, tookMs)));
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
    List<FailoverStep> alarms = new ArrayList<>();
    for (String service : records.governed()) {
      Snapshot snapshot = records.snapshot(service);
      blockedNow += snapshot.guard().blockedUntilMs() > wallMs ? 1 : 0;
      pausedNow += snapshot.pause().filter(p -> wallMs < p.untilMs()).isPresent() ? 1 : 0;
      int ready = Forecast.ready(snapshot, wallMs);
      if (ready < snapshot.policy().poolMinimum()) {
        shortNow.add(service);
        if (!shorts.contains(service)) {
          String note = ready + " ready, at least " + snapshot.policy().poolMinimum() + " wanted";
          log.warn("backup pool is short service={} pool=\"{}\"", service, note);
          alarms.add(new FailoverStep(service, "", "pool-short", note));
        }
      }
    }
    term.set(epoch);
    blocked.set(blockedNow);
    paused.set(pausedNow);
    shortPools.set(shortNow.size());
    shorts = shortNow;
    return alarms;
  }

  void standsBy() {
    term.set(0);
    blocked.set(0);
    paused.set(0);
    shortPools.set(0);
    shorts = Set.of();
  }
}
