package io.hawser.storage.core;

/**
 * How far revisions leap where it is not known which ones were given away: after a restore, and
 * when what only lost replicas had is gone.
 */
public final class Leaps {
  /**
   * How many may have been given away unseen: a million each second for twelve days. 8 000 leaps
   * reach what a JSON number holds exactly.
   */
  private static final long LEAP = 1L << 40;

  /** Tokens above it were made up by their users: ours cannot come near. */
  private static final long LARGEST = 1L << 52;

  private Leaps() {}

  /**
   * Where revisions go on at least.
   *
   * @param revision the last one that is known
   * @param highestToken see {@link Reads#highestToken}
   */
  public static long above(long revision, long highestToken) {
    return Math.max(revision, highestToken <= LARGEST ? highestToken : 0) + LEAP;
  }
}
