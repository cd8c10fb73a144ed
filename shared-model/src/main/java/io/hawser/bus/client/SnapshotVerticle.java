package io.hawser.bus.client;

import io.hawser.model.Entry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps entries of the node's catalog on disk: every few seconds when they have changed, and once
 * more when the node stops, which is after all that writes to the catalog.
 */
final class SnapshotVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(SnapshotVerticle.class);

  private final SnapshotFile file;
  private final long saveMs;
  private final LongSupplier changes;
  private final Supplier<List<Entry>> entries;
  private long saved;
  private boolean failing;
  private Future<Void> last = Future.succeededFuture();

  /**
   * @param changes how many there have been; any thread
   * @param entries those to keep; any thread
   */
  SnapshotVerticle(
      SnapshotFile file, long saveMs, LongSupplier changes, Supplier<List<Entry>> entries) {
    this.file = file;
    this.saveMs = saveMs;
    this.changes = changes;
    this.entries = entries;
  }

  @Override
  public Future<?> start() {
    long unused = vertx.setPeriodic(saveMs, id -> save());
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    save();
    return last;
  }

  private void save() {
    long now = changes.getAsLong();
    if (now == saved) {
      return;
    }
    // One after the other; a failed one is tried again with the next.
    last =
        last.compose(v -> vertx.executeBlocking(this::write))
            .onSuccess(path -> saved(now))
            .<Void>mapEmpty()
            .recover(this::failed);
  }

  private Path write() throws IOException {
    file.write(entries.get());
    return file.path();
  }

  private void saved(long upTo) {
    saved = upTo;
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
