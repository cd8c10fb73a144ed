package io.hawser.failover.driver;

import io.hawser.failover.core.Effect;
import io.hawser.model.Outcome;
import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;

/**
 * Has a process run, wherever it is at home. The same call may be made more than once: it has a
 * name (see {@code Ask}).
 */
public interface Driver {
  /** Runs the call. The future never fails; it ends within seconds. */
  Future<Outcome<String>> run(Effect.Drive call);

  /** As above with a limit; what it has started is ended then, where it can be. */
  default Future<Outcome<String>> run(Effect.Drive call, long timeoutMs) {
    return run(call).timeout(timeoutMs, TimeUnit.MILLISECONDS);
  }
}
