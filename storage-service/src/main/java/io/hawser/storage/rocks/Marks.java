package io.hawser.storage.rocks;

import io.vertx.core.Promise;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Places in the log at which somebody wants the hash of everything: the same place on each replica,
 * however entries come in batches there. Set from any thread, reached on the group's apply thread,
 * read on the executor of who set them. Who does not wait any more completes the promise.
 */
final class Marks {
  private record Mark(long index, Promise<StateHash> done, Executor readers) {
    void take(Database database) {
      Database.Pinned pinned = database.pin();
      try {
        readers.execute(() -> read(pinned));
      } catch (RejectedExecutionException e) {
        pinned.close();
        boolean unused = done.tryFail(e);
      }
    }

    private void read(Database.Pinned pinned) {
      try (pinned) {
        boolean unused = done.tryComplete(pinned.read(StateHash::of));
      } catch (RuntimeException e) {
        boolean unused = done.tryFail(e);
      }
    }
  }

  private final Queue<Mark> marks = new ConcurrentLinkedQueue<>();

  void set(long index, Promise<StateHash> done, Executor readers) {
    boolean unused = marks.add(new Mark(index, done, readers));
  }

  /**
   * Whether what is applied has to be written before this entry, since somebody wants to see it.
   */
  boolean before(long index) {
    return !marks.isEmpty() && marks.stream().anyMatch(mark -> mark.index() < index);
  }

  /** On the apply thread, with everything up to this entry written. */
  void at(long applied, Database database) {
    if (!marks.isEmpty()) {
      reached(applied, applied + 1, database);
    }
  }

  /**
   * On the apply thread, with everything written and the next entry at hand.
   *
   * @param applied the last entry that is applied
   * @param next the one that comes now
   */
  void reached(long applied, long next, Database database) {
    for (Iterator<Mark> it = marks.iterator(); it.hasNext(); ) {
      Mark mark = it.next();
      if (mark.index() >= next) {
        continue;
      }
      it.remove();
      if (applied > mark.index()) {
        boolean unused =
            mark.done().tryFail(new StoreException("entry " + mark.index() + " is behind"));
      } else if (!mark.done().future().isComplete()) {
        mark.take(database);
      }
    }
  }
}
