package io.hawser.storage.node;

import io.hawser.model.NodeId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Who this node is in the store, on disk before it counts. {@link #identity} may be called from any
 * thread.
 */
public final class Member {
  private final Vertx vertx;
  private final Path directory;
  private volatile Identity identity;

  /** Reads who it is, or makes it up. Blocking. */
  public Member(Vertx vertx, Path directory, NodeId node) throws IOException {
    this.vertx = vertx;
    this.directory = directory;
    this.identity = Identity.of(directory, node);
  }

  public Identity identity() {
    return identity;
  }

  public Path directory() {
    return directory;
  }

  public Future<Void> become(Identity next) {
    return vertx
        .executeBlocking(
            () -> {
              next.write(directory);
              return true;
            })
        .map(
            v -> {
              identity = next;
              return null;
            });
  }
}
