package io.hawser.failover;

import io.hawser.model.Event;
import io.hawser.model.Event.BackupActivated;
import io.hawser.model.Event.FailoverFinished;
import io.hawser.model.Event.FailoverStep;
import io.hawser.node.Meters;
import java.time.Duration;

/** Counts what this node's manager did. */
final class FailoverMeters {
  private final Meters meters;

  FailoverMeters(Meters meters) {
    this.meters = meters;
  }

  void count(Event.Body body) {
    if (body instanceof FailoverFinished finished) {
      meters.counter(Meters.FAILOVERS, "result", finished.result()).increment();
    } else if (body instanceof BackupActivated activated) {
      meters
          .registry()
          .timer(Meters.FAILOVER_SECONDS)
          .record(Duration.ofMillis(activated.tookMs()));
    } else if (body instanceof FailoverStep step) {
      switch (step.step()) {
        case "recovered" -> recovery("recovered");
        case "recovery-missed" -> recovery("missed");
        case "recovery-given-up" -> recovery("given-up");
        default -> {}
      }
    }
  }

  private void recovery(String result) {
    meters.counter(Meters.RECOVERIES, "result", result).increment();
  }
}
