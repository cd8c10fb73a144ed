package io.hawser.balancer.core;

import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Deadlines in a wheel of slots: setting one, moving it and taking it away cost the same few steps
 * however many there are. A deadline that is only put off is not touched before its old slot comes
 * round. Fires up to a tick late, never early.
 *
 * <p>Not thread-safe: owned by one event loop.
 */
public final class Wheel {
  public static final long TICK_NS = 20_000_000;
  private static final int SLOTS = 1_024;

  /** Something with at most one deadline. */
  public abstract static class Timer {
    private @Nullable Timer before;
    private @Nullable Timer after;
    private long slotTick;
    private long deadlineNs;
    private boolean armed;

    /** Its time has come. */
    public abstract void expired();

    public final boolean armed() {
      return armed;
    }
  }

  /** The ends of a slot's ring. */
  private static final class Ring extends Timer {
    Ring() {
      clear();
    }

    void clear() {
      super.before = this;
      super.after = this;
    }

    Timer next() {
      return Objects.requireNonNull(super.after);
    }

    Timer previous() {
      return Objects.requireNonNull(super.before);
    }

    @Override
    public void expired() {
      throw new IllegalStateException("a ring has no deadline");
    }
  }

  private final Ring[] slots = new Ring[SLOTS];
  private final Ring due = new Ring();
  private final long originNs;
  private long tick;

  public Wheel(long nowNs) {
    this.originNs = nowNs;
    for (int i = 0; i < SLOTS; i++) {
      slots[i] = new Ring();
    }
  }

  /** Sets the timer's deadline, whatever it was before. */
  public void arm(Timer timer, long deadlineNs) {
    long wanted = Math.max(tick + 1, (deadlineNs - originNs) / TICK_NS + 1);
    timer.deadlineNs = deadlineNs;
    timer.armed = true;
    if (timer.after != null) {
      if (wanted >= timer.slotTick) {
        return;
      }
      unlink(timer);
    }
    link(timer, wanted);
  }

  /** Takes the deadline away. */
  public void disarm(Timer timer) {
    timer.armed = false;
  }

  /** Takes the timer out for good. */
  public void remove(Timer timer) {
    timer.armed = false;
    if (timer.after != null) {
      unlink(timer);
    }
  }

  /** Hands on each timer whose deadline has passed. */
  public void advance(long nowNs, Consumer<Timer> fire) {
    long target = (nowNs - originNs) / TICK_NS;
    while (tick < target) {
      tick++;
      take(slots[(int) (tick & (SLOTS - 1))]);
      for (Timer next = due.next(); next != due; next = due.next()) {
        unlink(next);
        if (!next.armed) {
          continue;
        }
        if (next.deadlineNs - nowNs > 0) {
          link(next, Math.max(tick + 1, (next.deadlineNs - originNs) / TICK_NS + 1));
        } else {
          next.armed = false;
          fire.accept(next);
        }
      }
    }
  }

  private void take(Ring slot) {
    Timer first = slot.next();
    Timer last = slot.previous();
    if (first != slot) {
      // Behind what a failure in the turn before has left.
      Timer end = due.previous();
      end.after = first;
      first.before = end;
      ((Timer) due).before = last;
      last.after = due;
      slot.clear();
    }
  }

  private void link(Timer timer, long atTick) {
    // What is further away than one turn waits at the end of the turn.
    long slot = Math.min(atTick, tick + SLOTS - 1);
    Ring ring = slots[(int) (slot & (SLOTS - 1))];
    timer.slotTick = slot;
    Timer last = ring.previous();
    last.after = timer;
    timer.before = last;
    timer.after = ring;
    ((Timer) ring).before = timer;
  }

  private static void unlink(Timer timer) {
    Timer before = Objects.requireNonNull(timer.before);
    Timer after = Objects.requireNonNull(timer.after);
    before.after = after;
    after.before = before;
    timer.before = null;
    timer.after = null;
  }
}
