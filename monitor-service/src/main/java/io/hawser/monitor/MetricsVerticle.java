package io.hawser.monitor;

import io.hawser.bus.Addresses;
import io.hawser.bus.Bus;
import io.hawser.catalog.Refused;
import io.hawser.model.MonitorMessage.Query;
import io.hawser.model.MonitorMessage.Samples;
import io.hawser.model.MonitorMessage.Summary;
import io.hawser.model.MonitorMessage.Traffic;
import io.hawser.model.NodeId;
import io.hawser.model.NodeMessage.Ack;
import io.hawser.monitor.core.window.Drop;
import io.hawser.monitor.core.window.MetricStore;
import io.hawser.node.Meters;
import io.hawser.node.Time;
import io.hawser.service.ServiceContext;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this node's metrics and answers for them.
 *
 * <p>Callers choose the owner of a metric by the members that they see. While a monitor joins or
 * leaves, samples may come to a node that is not the owner: it takes them all the same, and an
 * asker who sees the same members finds them there. Soft state.
 */
final class MetricsVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(MetricsVerticle.class);
  private static final long PRUNE_MS = 10_000;

  private final MetricStore store = new MetricStore();
  private final Set<Drop> told = EnumSet.noneOf(Drop.class);
  private final Bus bus;
  private final NodeId self;
  private final Meters meters;
  private final Time time;
  private volatile int series;

  MetricsVerticle(ServiceContext node) {
    this.bus = node.bus();
    this.self = node.members().self().id();
    this.meters = node.meters();
    this.time = node.time();
  }

  @Override
  public Future<?> start() {
    meters.gauge(Meters.MONITOR_SERIES, () -> series);
    long unused = vertx.setPeriodic(PRUNE_MS, id -> prune());
    return Future.all(
        bus.serve(Addresses.SAMPLES, self, this::onSamples),
        bus.serve(Addresses.TRAFFIC, self, this::onTraffic),
        bus.serve(Addresses.METRIC_QUERY, self, this::onQuery));
  }

  /**
   * Refuses all of them when one is none; drops and counts those whose time or number is beyond the
   * limits.
   */
  private Future<Ack> onSamples(Samples samples) {
    for (var sample : samples.samples()) {
      Optional<String> problem = store.problem(sample);
      if (problem.isPresent()) {
        return Future.failedFuture(new Refused("bad-sample", problem.get()));
      }
    }
    long nowMs = time.wallMs();
    long nowNs = time.nowNs();
    samples.samples().forEach(sample -> count(sample.metric(), store.add(sample, nowMs, nowNs)));
    series = store.series();
    return Future.succeededFuture(new Ack());
  }

  private Future<Ack> onTraffic(Traffic traffic) {
    long nowMs = time.wallMs();
    long nowNs = time.nowNs();
    traffic.slots().forEach(slot -> count(slot.service(), store.add(slot, nowMs, nowNs)));
    series = store.series();
    return Future.succeededFuture(new Ack());
  }

  private Future<Summary> onQuery(Query query) {
    Optional<String> problem = store.problem(query);
    return problem.isPresent()
        ? Future.failedFuture(new Refused("bad-query", problem.get()))
        : Future.succeededFuture(store.summary(query, time.wallMs()));
  }

  private void count(String what, Optional<Drop> drop) {
    meters.counter(Meters.MONITOR_SAMPLES).increment();
    drop.ifPresent(
        reason -> {
          meters.counter(Meters.MONITOR_DROPPED, "reason", reason.label()).increment();
          if (told.add(reason)) {
            log.warn(
                "measurements are being dropped node={} reason={} first={}",
                self,
                reason.label(),
                what);
          }
        });
  }

  private void prune() {
    store.prune(time.nowNs());
    int now = store.series();
    if (now < series) {
      told.clear();
    }
    series = now;
  }
}
