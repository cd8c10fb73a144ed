package io.hawser.storage.jraft;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.hawser.node.Meters;
import io.hawser.storage.log.LogStatus;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** The meters of one replica, from when it is opened until it is closed. */
final class ReplicaMeters {
  private final MeterRegistry registry;
  private final String group;
  private final List<Meter> meters = new ArrayList<>();

  ReplicaMeters(Meters meters, String group) {
    this.registry = meters.registry();
    this.group = group;
  }

  /** How long appending to the log takes, with its fsync. */
  Timer appends() {
    return keep(
        Timer.builder(Meters.STORAGE_APPEND_SECONDS).tag("group", group).register(registry));
  }

  /** How long the machine takes for entries that are applied together. */
  Timer applies() {
    return keep(Timer.builder(Meters.STORAGE_APPLY_SECONDS).tag("group", group).register(registry));
  }

  /** How long the machine takes to save itself; nothing is applied meanwhile. */
  Timer saves() {
    return keep(
        Timer.builder(Meters.STORAGE_SNAPSHOT_SECONDS).tag("group", group).register(registry));
  }

  /** How old the last snapshot is, and how large its files are. */
  void snapshots(Supplier<Number> ageSeconds, Supplier<Number> bytes) {
    keep(
        Gauge.builder(Meters.STORAGE_SNAPSHOT_AGE, ageSeconds)
            .tag("group", group)
            .register(registry));
    keep(
        Gauge.builder(Meters.STORAGE_SNAPSHOT_BYTES, bytes).tag("group", group).register(registry));
  }

  /** The clock of the meters. */
  long nowNs() {
    return registry.config().clock().monotonicTime();
  }

  /** How often a term has begun in which this replica leads. */
  void elections(Supplier<Number> won) {
    keep(Gauge.builder(Meters.STORAGE_ELECTIONS, won).tag("group", group).register(registry));
  }

  void watch(Replica<?> replica) {
    gauge(replica, Meters.STORAGE_LEADER, s -> s.role() == LogStatus.Role.LEADER ? 1 : 0);
    gauge(replica, Meters.STORAGE_FAILED, s -> s.role() == LogStatus.Role.FAILED ? 1 : 0);
    gauge(replica, Meters.STORAGE_TERM, LogStatus::term);
    gauge(replica, Meters.STORAGE_APPLIED, LogStatus::applied);
    gauge(replica, Meters.STORAGE_APPLY_LAG, s -> Math.max(0, s.committed() - s.applied()));
    gauge(replica, Meters.STORAGE_LOG_BYTES, LogStatus::logBytes);
    keep(
        Gauge.builder(Meters.STORAGE_QUEUE, replica, r -> r.queued())
            .tag("group", group)
            .register(registry));
  }

  private void gauge(Replica<?> replica, String name, ToDoubleFunction<LogStatus> value) {
    keep(
        Gauge.builder(name, replica, r -> value.applyAsDouble(r.status()))
            .tag("group", group)
            .register(registry));
  }

  @CanIgnoreReturnValue
  private <M extends Meter> M keep(M meter) {
    meters.add(meter);
    return meter;
  }

  void remove() {
    meters.forEach(registry::remove);
  }
}
