package io.hawser.drill.fault;

import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import io.hawser.drill.report.Journal;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A fault from its injection to its end. It ends with {@link #heal}, when its time is over, or, for
 * those that would outlive the runner, by the watchdog.
 */
public final class Injection implements AutoCloseable {
  private static final Duration EFFECT_LIMIT = Duration.ofSeconds(10);
  private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(5);

  private final Fault fault;
  private final Journal journal;
  private final JsonObject record;
  private final AtomicBoolean over = new AtomicBoolean();
  private final long injectedNs;

  private Injection(Fault fault, Journal journal, JsonObject record, long injectedNs) {
    this.fault = fault;
    this.journal = journal;
    this.record = record;
    this.injectedNs = injectedNs;
  }

  /**
   * Injects a fault and waits until it shows.
   *
   * @param timeToLive after which it is healed, whatever the drill does
   * @throws CliFailure when it does not show: whatever was measured would mean nothing
   */
  public static Injection inject(Fault fault, Duration timeToLive, Journal journal) {
    return inject(fault, timeToLive, EFFECT_LIMIT, journal);
  }

  /** As above, with the longest wait for its effect. */
  static Injection inject(Fault fault, Duration timeToLive, Duration effectLimit, Journal journal) {
    JsonObject record = new JsonObject().put("name", fault.name());
    long startNs = System.nanoTime();
    Injection injection = new Injection(fault, journal, record, startNs);
    journal.note("fault: " + fault.name());
    fault.inject();
    Thread unused =
        Thread.ofVirtual().name("time to live").start(() -> injection.expire(timeToLive));
    boolean shows = await(effectLimit, fault::effective);
    record.put("injectedMs", journal.ms(startNs));
    record.put("effectiveMs", journal.ms(System.nanoTime()));
    if (!shows) {
      injection.heal();
      throw new CliFailure(
          ExitCode.CHECK_FAILED,
          "the fault '" + fault.name() + "' had no effect",
          "it did not show within " + effectLimit.toMillis() + " ms",
          "");
    }
    return injection;
  }

  /** When it was injected, by {@link System#nanoTime}. */
  public long injectedNs() {
    return injectedNs;
  }

  private void expire(Duration timeToLive) {
    long untilNs = System.nanoTime() + timeToLive.toNanos();
    while (!over.get() && untilNs - System.nanoTime() > 0) {
      LockSupport.parkNanos(Math.min(TimeUnit.SECONDS.toNanos(1), untilNs - System.nanoTime()));
    }
    if (!over.get()) {
      journal.note("the time of the fault '" + fault.name() + "' is over");
      heal();
    }
  }

  /** Takes it back and waits until nothing of it shows. Only the first call does anything. */
  public void heal() {
    if (!over.compareAndSet(false, true)) {
      return;
    }
    fault.heal();
    boolean healed = await(EFFECT_LIMIT, fault::healed);
    record.put("healedMs", journal.ms(System.nanoTime()));
    journal.fault(record);
    if (!healed) {
      journal.expect("the fault '" + fault.name() + "' can be healed", false, "it still shows");
    }
  }

  private static boolean await(Duration limit, BooleanSupplier condition) {
    long startNs = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - startNs > limit.toNanos()) {
        return false;
      }
      LockSupport.parkNanos(LOOK_NS);
    }
    return true;
  }

  @Override
  public void close() {
    heal();
  }
}
