package io.hawser.monitor.core.window;

import org.jspecify.annotations.Nullable;

/** The traffic of one service in one-second slots, over all balancers. Not thread-safe. */
final class TrafficWindow {
  record Slot(long second, long requests, long errors, Latencies latencies) {
    Slot plus(Slot other) {
      return new Slot(
          second,
          requests + other.requests,
          errors + other.errors,
          latencies.plus(other.latencies));
    }
  }

  private final @Nullable Slot[] slots = new @Nullable Slot[Window.SLOTS];

  /** Takes a slot in whose second is kept now; what another second left in its place is not. */
  void add(Slot slot) {
    int index = Window.slot(slot.second());
    Slot there = slots[index];
    slots[index] = there != null && there.second() == slot.second() ? there.plus(slot) : slot;
  }

  void addTo(TrafficTally tally, Window window) {
    for (Slot slot : slots) {
      if (slot != null && window.hasSecond(slot.second())) {
        tally.add(slot);
      }
    }
  }
}
