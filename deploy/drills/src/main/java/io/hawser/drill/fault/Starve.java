package io.hawser.drill.fault;

import io.hawser.drill.process.Ledger;
import io.hawser.node.ProcessIdentity;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that gets little of the processor: stopped and let go on again in turns of random
 * length, a quarter of the time running. A thread of the runner does it; the watchdog lets the
 * process go on when nobody else does.
 */
public final class Starve implements Fault {
  private static final int RUN_MS = 120;
  private static final int STOP_MS = 900;

  private final String what;
  private final ProcessIdentity who;
  private final Ledger ledger;
  private final Duration timeToLive;
  private final Random dice;
  private volatile boolean over;
  private volatile int turns;

  public Starve(String what, ProcessIdentity who, Ledger ledger, Duration timeToLive, Random dice) {
    this.what = what;
    this.who = who;
    this.ledger = ledger;
    this.timeToLive = timeToLive;
    this.dice = dice;
  }

  @Override
  public String name() {
    return "starvation of " + what;
  }

  @Override
  public void inject() {
    Thread unused = Thread.ofPlatform().daemon().name("starve").start(this::turn);
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  private void turn() {
    while (!over && who.alive()) {
      Stall stall = new Stall(what, who, ledger, timeToLive);
      stall.inject();
      pass(1 + dice.nextInt(STOP_MS));
      stall.heal();
      turns++;
      pass(1 + dice.nextInt(2 * RUN_MS));
    }
  }

  private void pass(long ms) {
    long untilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
    while (untilNs - System.nanoTime() > 0 && !over) {
      LockSupport.parkNanos(untilNs - System.nanoTime());
    }
  }

  @Override
  public boolean effective() {
    return turns > 0;
  }

  @Override
  public void heal() {
    over = true;
  }

  @Override
  public boolean healed() {
    return new Stall(what, who, ledger, timeToLive).healed();
  }
}
