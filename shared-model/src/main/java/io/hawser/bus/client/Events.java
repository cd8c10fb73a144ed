package io.hawser.bus.client;

import io.hawser.bus.Addresses;
import io.hawser.bus.Bus;
import io.hawser.bus.Subscription;
import io.hawser.model.Event;
import io.hawser.model.HybridClock;
import io.hawser.model.NodeId;
import io.hawser.node.Time;
import io.vertx.core.Future;
import java.util.function.Consumer;

/** Publishes and receives what happened. Thread-safe. */
public final class Events {
  private final Bus bus;
  private final NodeId self;
  private final HybridClock clock;
  private final Time time;

  public Events(Bus bus, NodeId self, HybridClock clock, Time time) {
    this.bus = bus;
    this.self = self;
    this.clock = clock;
    this.time = time;
  }

  public void publish(Event.Body body) {
    long wallMs = time.wallMs();
    String id = String.format("%016x-%s", clock.next(wallMs), self.value());
    bus.publish(Addresses.EVENTS, new Event(id, wallMs, self, body));
  }

  /** Calls the handler, on this context, for each event of any node. */
  public Future<Subscription> subscribe(Consumer<Event> handler) {
    return bus.subscribe(Addresses.EVENTS, handler);
  }
}
