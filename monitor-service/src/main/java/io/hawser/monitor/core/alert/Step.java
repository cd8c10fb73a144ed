package io.hawser.monitor.core.alert;

import io.hawser.model.Facet.Alert;
import java.util.Optional;

/** What is to be done after a look at a rule. */
public sealed interface Step {
  record Stay() implements Step {}

  /**
   * Writes the ALERT facet, or deletes it when there is no value, and then gives notice.
   *
   * @param notice there only when the alert began to fire or was resolved
   */
  record Write(Optional<Alert> value, Optional<Notice> notice) implements Step {}
}
