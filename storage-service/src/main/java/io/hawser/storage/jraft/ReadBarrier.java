package io.hawser.storage.jraft;

import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.closure.ReadIndexClosure;
import io.hawser.storage.log.LogFailure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One read barrier: asks JRaft for a confirmed read index, and again while there is no leader or it
 * is not ready, until its time is up. Each attempt sends heartbeats of its own; none is shared with
 * an attempt that began earlier, since that one proves nothing for this read. Attempts follow one
 * another, on any thread.
 */
final class ReadBarrier {
  private static final byte[] NO_CONTEXT = new byte[0];
  private static final long RETRY_MS = 20;

  /** After which an attempt is given up for another one: its heartbeats may be lost. */
  private static final long ATTEMPT_MS = 300;

  private final Vertx vertx;
  private final Replica<?> replica;
  private final Delivery delivery;
  private final long deadlineNs;
  private final Promise<Long> promise = Promise.promise();

  ReadBarrier(Vertx vertx, Replica<?> replica, int timeoutMs, Delivery delivery) {
    this.delivery = delivery;
    this.vertx = vertx;
    this.replica = replica;
    this.deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
  }

  Future<Long> start() {
    attempt();
    return promise.future();
  }

  private void attempt() {
    if (replica.stopped().isPresent()) {
      fail(replica.stopped().get());
      return;
    }
    long leftMs = TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime());
    if (leftMs <= 0) {
      fail(late());
      return;
    }
    Attempt attempt = new Attempt();
    attempt.timer = vertx.setTimer(Math.min(leftMs, ATTEMPT_MS), none -> attempt.late());
    try {
      replica.node().readIndex(NO_CONTEXT, attempt);
    } catch (IllegalStateException e) {
      fail(new LogFailure.Stopped(String.valueOf(e.getMessage()), false));
    }
  }

  private void fail(LogFailure failure) {
    delivery.tell(() -> promise.tryFail(failure));
  }

  private LogFailure late() {
    return replica.status().leader().isPresent()
        ? new LogFailure.NoQuorum("no majority confirmed the leader in time")
        : new LogFailure.NotLeading(replica.status().leader());
  }

  private final class Attempt extends ReadIndexClosure {
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile long timer;

    /** Without JRaft's own time-out: its timer has a thread that wakes up each millisecond. */
    Attempt() {
      super(-1);
    }

    void late() {
      if (ended.compareAndSet(false, true)) {
        again();
      }
    }

    private void again() {
      if (!promise.future().isComplete()) {
        vertx.setTimer(RETRY_MS, none -> attempt());
      }
    }

    @Override
    public void run(Status status, long index, byte[] context) {
      boolean unused = vertx.cancelTimer(timer);
      boolean first = ended.compareAndSet(false, true);
      if (!status.isOk()) {
        if (first) {
          again();
        }
      } else if (replica.stopped().isPresent()) {
        // JRaft may count an entry as applied at which the machine has failed.
        fail(replica.stopped().get());
      } else {
        delivery.tell(() -> promise.tryComplete(index));
      }
    }
  }
}
