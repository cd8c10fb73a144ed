package example.failurelogger;

import io.hawser.bus.Topic;
import io.hawser.model.ExtensionMessage;

/**
 * One node wrote a failure down. On the wire it goes under its class name; a node that lacks the
 * plugin counts it and drops it. Later versions may add components at the end.
 *
 * @param by the node that wrote it down
 * @param atMs when the failure happened, by the clock of the node that saw it
 */
public record FailureNoted(String by, String service, String instance, String reason, long atMs)
    implements ExtensionMessage {

  /** The address starts with "plugin." and the plugin's name: Hawser's own start with "hawser.". */
  static final Topic<FailureNoted> TOPIC =
      new Topic<>("plugin.failure-logger.noted", FailureNoted.class);
}
