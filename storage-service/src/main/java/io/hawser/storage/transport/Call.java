package io.hawser.storage.transport;

import com.alipay.sofa.jraft.rpc.InvokeCallback;
import io.hawser.model.Blob;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A request on its way. Whoever takes it out of a queue or a table answers it: once, on the
 * executor that the callback asks for.
 *
 * @param body the request's bytes, made on the caller's thread
 * @param deadlineNs when to give up, on the clock of {@code System.nanoTime}
 */
record Call(
    WireMessage type, Blob body, long deadlineNs, InvokeCallback callback, Executor workers) {
  private static final Logger log = LoggerFactory.getLogger(Call.class);

  boolean expired(long nowNs) {
    return nowNs - deadlineNs >= 0;
  }

  void answer(@Nullable Object response, @Nullable Throwable failure) {
    Executor wanted = callback.executor();
    Runnable run = () -> callback.complete(response, failure);
    try {
      (wanted == null ? workers : wanted).execute(run);
    } catch (RejectedExecutionException e) {
      overflow(run);
    }
  }

  /** The wanted executor is full or stopped: JRaft waits for an answer all the same. */
  private void overflow(Runnable run) {
    try {
      workers.execute(run);
    } catch (RejectedExecutionException e) {
      log.debug("answer dropped, the transport is closed type={}", type);
    }
  }
}
