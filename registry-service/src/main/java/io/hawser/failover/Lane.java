package io.hawser.failover;

import io.hawser.failover.Execution.Prepared;
import io.hawser.failover.core.Limits;
import io.hawser.failover.core.ServiceFailover;
import io.hawser.model.Outcome;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/**
 * A service of which something goes on: one thing after the other. Soft state. Owned by one
 * verticle.
 */
final class Lane {
  /** An operator's order, until the service is free for it. */
  record Order(Supplier<Outcome<Prepared>> work, Promise<Outcome<String>> done) {}

  final ServiceFailover core;
  final Deque<Order> orders = new ArrayDeque<>();

  /** Whether its effects are being run. */
  boolean busy;

  /** Whether it is to be looked at once more after that. */
  boolean again;

  Lane(Limits limits) {
    core = new ServiceFailover(limits);
  }
}
