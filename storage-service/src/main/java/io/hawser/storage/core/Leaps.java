package io.hawser.storage.core;

import java.time.Instant;

/**
 * How far revisions leap where it is not known which ones were given away: after a restore, and
 * when what only lost replicas had is gone. The same backup may be restored twice, and of two
 * replicas with the same content one may go on alone after the other: so it is the wall clock that
 * says where. Revisions run far slower than it: what is given away later lies above what was given
 * away before, by whomever.
 */
public final class Leaps {
  /** No store gives as many away in each millisecond of its time. */
  private static final int PER_MS_BITS = 10;

  private static final long BEGIN_MS = Instant.parse("2025-01-01T00:00:00Z").toEpochMilli();

  /**
   * With a clock that is wrong, how many may have been given away unseen: a million each second for
   * twelve days.
   */
  private static final long LEAP = 1L << 40;

  /** Tokens above it were made up by their users: ours come so far in the year 2164. */
  private static final long LARGEST = 1L << 52;

  private Leaps() {}

  /**
   * The highest that is known to be given away.
   *
   * @param revision the last one that is known
   * @param highestToken see {@link Reads#highestToken}
   */
  public static long known(long revision, long highestToken) {
    return Math.max(revision, highestToken <= LARGEST ? highestToken : 0);
  }

  /**
   * Where revisions go on at least.
   *
   * @param known see {@link #known}
   * @param wallMs now, since 1970; read once by who decides on the leap, never where it is applied
   */
  public static long above(long known, long wallMs) {
    long sinceMs = wallMs - BEGIN_MS;
    boolean plausible = sinceMs > 0 && sinceMs <= LARGEST >> PER_MS_BITS;
    long byClock = plausible ? sinceMs << PER_MS_BITS : 0;
    return byClock > known ? byClock : known + LEAP;
  }
}
