package io.hawser.architecture.planted.gateway;

import io.vertx.core.Vertx;

/** Goes around the bus. */
final class UsesEventBus {
  private UsesEventBus() {}

  static void shout(Vertx vertx) {
    vertx.eventBus().publish("anywhere", "hello");
  }
}
