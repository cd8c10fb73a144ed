package io.hawser.storage.transport;

import com.alipay.sofa.jraft.error.InvokeTimeoutException;
import com.alipay.sofa.jraft.error.RemotingException;
import io.hawser.model.NodeId;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Calls to a peer that are not sent yet, up to a limit. Thread-safe. */
final class Backlog {
  private static final int MAX_CALLS = 16_384;
  private static final long MAX_BYTES = 32L * 1024 * 1024;

  private final NodeId peer;
  private final Queue<Call> queue = new ConcurrentLinkedQueue<>();
  private final AtomicLong calls = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  Backlog(NodeId peer) {
    this.peer = peer;
  }

  /**
   * @throws RemotingException when too much waits already
   */
  void add(Call call) throws RemotingException {
    long count = calls.incrementAndGet();
    long size = bytes.addAndGet(call.body().length());
    if (count > MAX_CALLS || size > MAX_BYTES) {
      taken(call);
      throw new RemotingException("too much waits for " + peer);
    }
    queue.add(call);
  }

  private void taken(Call call) {
    calls.decrementAndGet();
    bytes.addAndGet(-call.body().length());
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  /** Takes the next call, if there is one. */
  @Nullable Call poll() {
    Call call = queue.poll();
    if (call != null) {
      taken(call);
    }
    return call;
  }

  void failAll(String why) {
    for (Call call = poll(); call != null; call = poll()) {
      call.answer(null, new RemotingException(why));
    }
  }

  /** Gives up what is late. */
  void expire(long nowNs) {
    queue.removeIf(
        call -> {
          boolean late = call.expired(nowNs);
          if (late) {
            taken(call);
            call.answer(null, new InvokeTimeoutException("could not send to " + peer));
          }
          return late;
        });
  }
}
