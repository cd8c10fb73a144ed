package io.hawser.storage.core;

/**
 * One mutation's revision: taken from the group's counter with its first change, and shared by all
 * its changes, which have positions within it. A mutation that changes nothing takes none.
 */
final class Turn {
  private final Counters counters;
  private boolean taken;
  private int next;

  Turn(Counters counters) {
    this.counters = counters;
  }

  long revision() {
    if (!taken) {
      taken = true;
      counters.revision = Math.incrementExact(counters.revision);
    }
    return counters.revision;
  }

  int position() {
    return next++;
  }
}
