package io.hawser.cli.demo;

import io.vertx.core.json.JsonObject;

/** Something the demo sees of what it runs, with the monotonic time at which it saw it. */
sealed interface Seen {
  long atNs();

  /**
   * A request was answered, or failed.
   *
   * @param instance who answered; empty when nobody did, or did not say
   * @param why what went wrong; empty when nothing did
   */
  record Answer(long atNs, String instance, String why) implements Seen {
    boolean failed() {
      return !why.isEmpty();
    }
  }

  /** An event of the node, flat. */
  record Happened(long atNs, JsonObject event) implements Seen {}

  /** The instance as the node shows it just now. */
  record Looked(long atNs, JsonObject instance) implements Seen {}
}
