package io.hawser.storage.transport;

import com.alipay.sofa.jraft.rpc.InvokeCallback;
import io.hawser.model.Blob;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A request that waits to be sent. Whoever takes it out of a queue answers it, or hands its {@link
 * Waiting} on to who does.
 *
 * @param body the request's bytes, made on the caller's thread
 * @param waiting who waits for the answer; all that is kept once the request is sent
 */
record Call(WireMessage type, Blob body, Waiting waiting) {
  private static final Logger log = LoggerFactory.getLogger(Call.class);

  Call(WireMessage type, Blob body, long deadlineNs, InvokeCallback callback, Executor workers) {
    this(type, body, new Waiting(type, deadlineNs, callback, workers));
  }

  boolean expired(long nowNs) {
    return waiting.expired(nowNs);
  }

  void answer(@Nullable Object response, @Nullable Throwable failure) {
    waiting.answer(response, failure);
  }

  /**
   * Who waits for an answer. Is answered once, on the executor that the callback asks for.
   *
   * @param deadlineNs when to give up, on the clock of {@code System.nanoTime}
   * @param workers where it is answered when the callback's executor takes nothing; has no bound
   */
  record Waiting(WireMessage type, long deadlineNs, InvokeCallback callback, Executor workers) {
    boolean expired(long nowNs) {
      return nowNs - deadlineNs >= 0;
    }

    void answer(@Nullable Object response, @Nullable Throwable failure) {
      Executor wanted = callback.executor();
      Runnable run = () -> complete(response, failure);
      if (wanted != null && taken(wanted, run)) {
        return;
      }
      try {
        workers.execute(run);
      } catch (RejectedExecutionException e) {
        log.debug("answer dropped, the transport is closed type={}", type);
      }
    }

    /** JRaft waits for an answer also when its own executor is full or has stopped. */
    private boolean taken(Executor wanted, Runnable run) {
      try {
        wanted.execute(run);
        return true;
      } catch (RejectedExecutionException e) {
        if (!(wanted instanceof ExecutorService service && service.isShutdown())) {
          log.warn("the executor of answers is full type={}", type);
        }
        return false;
      }
    }

    private void complete(@Nullable Object response, @Nullable Throwable failure) {
      try {
        callback.complete(response, failure);
      } catch (RuntimeException | Error e) {
        log.warn("an answer was not taken type={}", type, e);
      }
    }
  }
}
