package io.hawser.storage.jraft;

import com.alipay.sofa.jraft.core.State;
import com.alipay.sofa.jraft.entity.Task;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that the log of a restored group no longer has its first entry. A machine that was
 * filled from a backup holds data that no entry of its log has made: who joins would be sent the
 * log from the beginning and never that data. Once the beginning is gone, JRaft sends a snapshot.
 * It cuts the log at the last snapshot but one, so that two are taken with an entry between; until
 * then nobody may join. A file remembers it, since a restart may come first. Thread-safe.
 */
final class FirstSnapshots {
  private static final Logger log = LoggerFactory.getLogger(FirstSnapshots.class);
  private static final long PAUSE_MS = 100;
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final Vertx vertx;
  private final GuardedNode node;
  private final GuardedStorage storage;
  private final ReplicaFiles files;
  private final Executor workers;
  private volatile boolean pending;

  FirstSnapshots(
      Vertx vertx, GuardedNode node, GuardedStorage storage, ReplicaFiles files, Executor workers) {
    this.vertx = vertx;
    this.node = node;
    this.storage = storage;
    this.files = files;
    this.workers = workers;
  }

  /** Whether who joins now would not get all the data. */
  boolean pending() {
    return pending;
  }

  /** Goes on until it is done, or the replica has stopped. */
  void begin(BooleanSupplier stopped) {
    pending = true;
    log.info("a restored group takes its first snapshots replica={}", node.getNodeId());
    step(stopped);
  }

  private void later(BooleanSupplier stopped) {
    vertx.setTimer(PAUSE_MS, none -> onWorker(() -> step(stopped)));
  }

  private void step(BooleanSupplier stopped) {
    if (stopped.getAsBoolean() || done()) {
      return;
    }
    AtomicBoolean once = new AtomicBoolean();
    Runnable snapshot =
        () -> {
          if (once.compareAndSet(false, true)) {
            onWorker(() -> node.snapshot(saved -> later(stopped)));
          }
        };
    try {
      if (node.getNodeState() == State.STATE_LEADER) {
        node.apply(new Task(NOTHING.duplicate(), entered -> snapshot.run()));
      } else {
        snapshot.run();
      }
    } catch (IllegalStateException e) {
      log.debug("the replica closes replica={}", node.getNodeId(), e);
    }
  }

  private boolean done() {
    if (storage.getFirstLogIndex() <= 1) {
      return false;
    }
    try {
      files.forgetRestored();
    } catch (IOException e) {
      log.warn("cannot remove a note replica={}", node.getNodeId(), e);
    }
    pending = false;
    log.info("a restored group has its first snapshots replica={}", node.getNodeId());
    return true;
  }

  private void onWorker(Runnable task) {
    try {
      workers.execute(task);
    } catch (RejectedExecutionException e) {
      log.debug("the engine is closed replica={}", node.getNodeId(), e);
    }
  }
}
