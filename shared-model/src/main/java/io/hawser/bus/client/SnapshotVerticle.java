package io.hawser.bus.client;

import io.hawser.model.Entry;
import io.hawser.node.Time;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps entries of the node's catalog on disk: every few seconds when they have changed, every few
 * minutes when they have not, so that the time of the file says how long the node has been away,
 * and once more when the node stops, which is after all that writes to the catalog. What takes long
 * to write is written less often.
 */
final class SnapshotVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(SnapshotVerticle.class);

  /** Of its time it writes for one part of so many at most. */
  private static final int SHARE = 20;

  private static final long LONGEST_NS = TimeUnit.MINUTES.toNanos(1);

  /** How old the file gets when nothing changes. */
  private static final long RENEW_NS = TimeUnit.MINUTES.toNanos(5);

  private final SnapshotFile file;
  private final long saveMs;
  private final Time time;
  private final LongSupplier changes;
  private final Supplier<List<Entry>> entries;
  private long saved;
  private long savedNs;
  private long tookNs;
  private boolean failing;
  private Future<Void> last = Future.succeededFuture();

  /**
   * @param saveMs how long a change waits for others
   * @param changes how many there have been; any thread
   * @param entries those to keep; any thread
   */
  SnapshotVerticle(
      SnapshotFile file,
      long saveMs,
      Time time,
      LongSupplier changes,
      Supplier<List<Entry>> entries) {
    this.file = file;
    this.saveMs = saveMs;
    this.time = time;
    this.changes = changes;
    this.entries = entries;
    this.savedNs = time.nowNs() - RENEW_NS;
  }

  @Override
  public Future<?> start() {
    long unused = vertx.setPeriodic(saveMs, id -> saveInTurn());
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    save();
    return last;
  }

  private void saveInTurn() {
    long ageNs = time.nowNs() - savedNs;
    boolean due = ageNs >= Math.min(LONGEST_NS, SHARE * tookNs);
    if (due && (changes.getAsLong() != saved || ageNs >= RENEW_NS)) {
      save();
    }
  }

  private void save() {
    long now = changes.getAsLong();
    // One after the other; a failed one is tried again with the next.
    last =
        last.compose(v -> vertx.executeBlocking(this::write))
            .onSuccess(took -> saved(now, took))
            .<Void>mapEmpty()
            .recover(this::failed);
  }

  /** Returns how long it took, in nanoseconds. */
  private long write() throws IOException {
    long startNs = time.nowNs();
    file.write(entries.get(), time.wallMs());
    return time.nowNs() - startNs;
  }

  private void saved(long upTo, long took) {
    saved = upTo;
    savedNs = time.nowNs();
    tookNs = took;
    if (failing) {
      failing = false;
      log.info("snapshot works again file={}", file.path());
    }
  }

  private Future<Void> failed(Throwable cause) {
    if (!failing) {
      failing = true;
      log.warn("snapshot failed file={} cause={}", file.path(), cause.toString());
    }
    return Future.succeededFuture();
  }
}
