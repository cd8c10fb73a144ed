package io.hawser.storage.group.core;

/**
 * Whether a disk takes more: not from its high-water mark on, until it is below the low one again.
 * Not thread-safe: owned by one verticle.
 */
public final class DiskRoom {
  private static final int HYSTERESIS_PERCENT = 3;

  /** However large the disk is, from then on somebody else may take what is left. */
  private static final long RESERVE_BYTES = 64L << 20;

  /** A small disk's reserve is this part of it. */
  private static final int RESERVE_PART = 20;

  private final int highPercent;
  private boolean full;

  /**
   * @param highPercent the high-water mark
   */
  public DiskRoom(int highPercent) {
    this.highPercent = highPercent;
  }

  /**
   * Looks at the disk.
   *
   * @param usedBytes what this node has stored
   * @param usableBytes what the disk has left for it
   * @param diskBytes the size of the disk
   * @return whether puts are refused from now on
   */
  public boolean look(long usedBytes, long usableBytes, long diskBytes) {
    long capacity = Math.max(1, usedBytes + usableBytes);
    int mark = full ? highPercent - HYSTERESIS_PERCENT : highPercent;
    long reserve = reserve(diskBytes);
    if (full) {
      reserve += reserve / 4;
    }
    full = usedBytes >= capacity / 100.0 * mark || usableBytes < reserve;
    return full;
  }

  /** Whether so much may be written that the store does not need: its own reserve is left. */
  public static boolean spares(long bytes, long usableBytes, long diskBytes) {
    return usableBytes - reserve(diskBytes) > bytes;
  }

  private static long reserve(long diskBytes) {
    return Math.min(RESERVE_BYTES, diskBytes / RESERVE_PART);
  }

  public boolean full() {
    return full;
  }
}
