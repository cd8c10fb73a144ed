package io.hawser.storage.core;

/**
 * Counts the pairs of a store one by one, to be compared with the {@link Sums} that it keeps. Not
 * thread-safe.
 */
public final class Recount {
  private long pairs;
  private long keyCount;
  private long usedBytes;

  public void add(Space space, byte[] key, byte[] value) {
    pairs++;
    if (space == Space.DATA) {
      keyCount++;
      usedBytes += key.length + KeyRecord.parse(value).meta().valueBytes();
    }
  }

  public long pairs() {
    return pairs;
  }

  public long keyCount() {
    return keyCount;
  }

  public long usedBytes() {
    return usedBytes;
  }
}
