package io.hawser.bus.client;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the node's catalog on disk: every few seconds when it has changed, and once more when the
 * node stops, which is after all that writes to the catalog.
 */
final class SnapshotVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(SnapshotVerticle.class);

  /** The most of the newest changes that a crash of all nodes at once loses. */
  static final long SAVE_MS = 5_000;

  private final SnapshotFile file;
  private final CatalogViews views;
  private long saved;
  private boolean failing;
  private Future<Void> last = Future.succeededFuture();

  SnapshotVerticle(SnapshotFile file, CatalogViews views) {
    this.file = file;
    this.views = views;
  }

  @Override
  public Future<?> start() {
    long unused = vertx.setPeriodic(SAVE_MS, id -> save());
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    save();
    return last;
  }

  private void save() {
    long changes = views.changes();
    if (changes == saved) {
      return;
    }
    // One after the other; a failed one is tried again with the next.
    last =
        last.compose(v -> vertx.executeBlocking(this::write))
            .onSuccess(path -> saved(changes))
            .<Void>mapEmpty()
            .recover(this::failed);
  }

  private Path write() throws IOException {
    file.write(views.entries());
    return file.path();
  }

  private void saved(long changes) {
    saved = changes;
    if (failing) {
      failing = false;
      log.info("catalog snapshot works again file={}", file.path());
    }
  }

  private Future<Void> failed(Throwable cause) {
    if (!failing) {
      failing = true;
      log.warn("catalog snapshot failed file={} cause={}", file.path(), cause.toString());
    }
    return Future.succeededFuture();
  }
}
