package io.hawser.storage.log;

import io.hawser.model.NodeId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a group's log drives on one replica. Every call comes from the group's apply thread, one at
 * a time and in order; only {@link #appliedIndex}, {@link #appliedTerm} and {@link #holdsData} are
 * also called before, from the thread that opens the log. An exception from {@link #apply} or
 * {@link #load} stops the replica for good: what the machine holds is no longer known to be what
 * the log says.
 *
 * @param <R> what applying an entry answers to the one who proposed it
 */
public interface LogMachine<R> {
  /**
   * The last entry whose effect survives a crash now; 0 for none. Entries up to it are not handed
   * over again, so what it says must be on disk as one with the data. It may lie behind what was
   * applied: then entries come again after a restart.
   */
  long appliedIndex();

  /**
   * The term of that entry, and as durable; 0 for none. With it a log that has gone on without this
   * replica is told from the one that the machine has applied.
   */
  long appliedTerm();

  /**
   * Whether the machine holds anything, whatever its log says: one that was filled from a backup
   * does while nothing is applied. Its log then begins with a snapshot before others may join.
   * Asked once, by the thread that opens the log.
   */
  default boolean holdsData() {
    return appliedIndex() > 0;
  }

  /**
   * Applies entries in their order.
   *
   * @return one result for each
   */
  List<R> apply(List<Committed> entries);

  /**
   * Writes all that was applied into an empty directory. Files directly in it are shipped to other
   * replicas; there are no directories below it.
   */
  void save(Path directory) throws IOException;

  /** Replaces everything by what {@link #save} wrote, here or on another replica. */
  void load(Path directory) throws IOException;

  /** This replica leads from now on, and all entries of earlier terms have been applied. */
  void leading(long term);

  /** This replica leads no longer, or has learnt who leads. */
  void following(Optional<NodeId> leader, long term);

  /** The replica has stopped for good: a disk, a log or the machine itself failed. */
  void failed(Throwable cause);
}
