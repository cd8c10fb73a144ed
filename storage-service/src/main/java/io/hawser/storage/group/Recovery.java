package io.hawser.storage.group;

import io.hawser.model.StorageMessage.Applied;
import io.hawser.model.StorageMessage.Content;
import io.hawser.model.StorageOp.Leap;
import io.hawser.node.Time;
import io.hawser.storage.rocks.GroupStore;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * Sees to it that a replica which was made the only voter leads only after its revisions have
 * leapt: those that the lost replicas gave away, as epochs and tokens too, are not known here and
 * must not come again. A file remembers that the leap is owed, since the node may stop first. Owned
 * by the host's context.
 */
final class Recovery {
  /** In the replica's directory. */
  private static final String FILE = "leap-owed";

  private final Context context;
  private final Path file;
  private final GroupStore state;
  private final Writer writer;
  private final Time time;
  private Promise<Void> leapt = Promise.promise();
  private boolean owed;

  /** Whether it is owed by what a node noted that has stopped since. */
  private boolean found;

  private boolean underWay;
  private long term;

  /**
   * @param directory of the replica
   */
  Recovery(Context context, Path directory, GroupStore state, Writer writer, Time time) {
    this.context = context;
    this.file = directory.resolve(FILE);
    this.state = state;
    this.writer = writer;
    this.time = time;
    this.owed = Files.exists(file);
    this.found = owed;
  }

  /** Whether nothing is to be led here before a leap. */
  boolean owed() {
    return owed;
  }

  /**
   * Resets the voters.
   *
   * @param reset makes this replica the only voter
   * @return completes when the leap is made; when the reset fails, nothing is owed because of it
   */
  Future<Void> begin(Supplier<Future<Void>> reset) {
    boolean before = owed;
    boolean foundBefore = found;
    found = false;
    return Worker.run(context, this::note)
        .compose(
            noted -> {
              owed = true;
              leapt = Promise.promise();
              return reset.get();
            })
        .compose(
            done -> leapt.future(),
            failure -> {
              found = foundBefore;
              return (before ? Future.succeededFuture(true) : forget())
                  .transform(v -> Future.failedFuture(failure));
            });
  }

  private boolean note() throws IOException {
    if (!Files.exists(file)) {
      Path made = Files.createFile(file);
      try (FileChannel names =
          FileChannel.open(made.resolveSibling("."), StandardOpenOption.READ)) {
        names.force(true);
      }
    }
    return true;
  }

  private Future<Boolean> forget() {
    owed = false;
    return Worker.run(context, () -> Files.deleteIfExists(file));
  }

  /**
   * This replica leads. What a node noted that stopped before the voters were reset is forgotten,
   * when a majority of several has chosen it: then nothing was lost.
   *
   * @param alone whether it is the only voter
   */
  void leading(long newTerm, boolean alone) {
    term = newTerm;
    if (found && !alone) {
      found = false;
      Future<Boolean> unused = forget();
    }
  }

  void following() {
    term = 0;
  }

  /**
   * Leaps, while one is owed by who leads.
   *
   * @param leads to be told of the term that it was made in
   */
  void tick(LongConsumer leads) {
    if (!owed || term == 0 || underWay) {
      return;
    }
    underWay = true;
    long ofTerm = term;
    Future<Content> unused =
        Worker.run(context, () -> state.leapTo(time.wallMs()))
            .compose(to -> writer.propose(new Leap(to)))
            .onComplete(
                (content, failure) -> {
                  underWay = false;
                  if (content instanceof Applied && term == ofTerm) {
                    Future<Boolean> unusedToo = forget();
                    leads.accept(ofTerm);
                    leapt.tryComplete();
                  }
                });
  }
}
