package io.hawser.storage.rocks;

import io.hawser.model.Blob;
import io.hawser.storage.core.Space;
import java.util.Optional;

/**
 * Gives the room of what was deleted back to the disk, in rounds of steps: RocksDB itself does it
 * when enough is written, which may never be when no puts are taken. Not thread-safe: one step at a
 * time.
 */
final class Compaction {
  /** A round is worth it when this part of what was there at the last one is gone. */
  private static final int WORTH_PART = 50;

  private static final long WORTH_BYTES = 1L << 20;

  private long beganBytes = Long.MAX_VALUE;
  private Optional<Blob> at = Optional.empty();

  /**
   * Does a step of the round that is on, or of a new one if that is worth it.
   *
   * @param usedBytes of keys and values now
   * @param spareBytes what it may take of the disk meanwhile
   * @return whether something was done
   */
  boolean step(Database database, long usedBytes, long spareBytes) {
    if (at.isEmpty()) {
      long worth = Math.max(WORTH_BYTES, usedBytes / WORTH_PART);
      if (beganBytes - worth < usedBytes) {
        return false;
      }
      database.flush();
      for (Space space : Space.values()) {
        if (space != Space.DATA) {
          var unused = database.compact(space, Optional.empty(), spareBytes);
        }
      }
    }
    Optional<Holes.Part> part = database.compact(Space.DATA, at, spareBytes);
    if (part.isPresent() && at.isEmpty()) {
      beganBytes = usedBytes;
    }
    at = part.flatMap(Holes.Part::next);
    return part.isPresent();
  }
}
