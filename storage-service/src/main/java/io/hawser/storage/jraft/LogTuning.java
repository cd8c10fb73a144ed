package io.hawser.storage.jraft;

/**
 * The figures that an engine runs with, for each group.
 *
 * @param electionMs how long a follower waits for a sign of its leader before it stands; a random
 *     part of half of it comes on top
 * @param maxQueuedEntries proposals that are not decided yet; fewer than a ring of JRaft's has
 *     places, so that what tells of their commitment never waits for one
 * @param maxQueuedBytes their bytes
 * @param snapshotEntries applied entries after which a snapshot is taken and the log shortened
 * @param snapshotBytes the same, by their bytes
 * @param barrierMs after which a read barrier fails
 */
public record LogTuning(
    int electionMs,
    int maxQueuedEntries,
    long maxQueuedBytes,
    long snapshotEntries,
    long snapshotBytes,
    int barrierMs) {
  private static final long MIB = 1024 * 1024;

  public static final LogTuning DEFAULT =
      new LogTuning(500, 1024, 16 * MIB, 100_000, 256 * MIB, 1000);
}
