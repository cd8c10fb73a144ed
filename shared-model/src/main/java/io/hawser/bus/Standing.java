package io.hawser.bus;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What this node is subscribed to, by address, and how to tell the others of it once more.
 *
 * <p>Nodes send to a node, which hands on to all of its subscribers of the address. So a lost entry
 * in the others' table is mended by one more subscriber, an anchor, without a moment in which the
 * real ones are off the bus or get a message twice. At a topic the anchor ignores what it gets; at
 * a call it may be the one that is chosen, and passes it to the real one. Thread-safe.
 */
final class Standing {
  private static final class Address {
    final List<MessageConsumer<?>> consumers = new ArrayList<>();
    final Handler<Message<Object>> anchorHandler;
    @Nullable MessageConsumer<?> anchor;

    Address(Handler<Message<Object>> anchorHandler) {
      this.anchorHandler = anchorHandler;
    }
  }

  private final EventBus eventBus;
  private final Map<String, Address> addresses = new TreeMap<>();

  Standing(EventBus eventBus) {
    this.eventBus = eventBus;
  }

  /**
   * @param anchorHandler what an anchor does with a message
   */
  synchronized void add(MessageConsumer<?> consumer, Handler<Message<Object>> anchorHandler) {
    // An anchor of a call that ended would pass what it gets to where nobody is.
    forgetEnded();
    addresses
        .computeIfAbsent(consumer.address(), ignored -> new Address(anchorHandler))
        .consumers
        .add(consumer);
  }

  /** How many subscriptions there are. */
  synchronized int count() {
    forgetEnded();
    return addresses.values().stream().mapToInt(address -> address.consumers.size()).sum();
  }

  synchronized Set<String> addresses() {
    forgetEnded();
    return new TreeSet<>(addresses.keySet());
  }

  /**
   * Tells every node that this one is subscribed to the address. To be called on a context that
   * outlives the subscribers.
   */
  synchronized Future<Void> announce(String name) {
    forgetEnded();
    Address address = addresses.get(name);
    if (address == null) {
      return Future.succeededFuture();
    }
    MessageConsumer<?> before = address.anchor;
    MessageConsumer<?> anchor = eventBus.consumer(name, address.anchorHandler);
    address.anchor = anchor;
    return anchor
        .completion()
        .compose(v -> before == null ? Future.succeededFuture() : before.unregister());
  }

  /** A verticle's subscriptions end with it, and nobody is told: so they are looked at. */
  private synchronized void forgetEnded() {
    addresses
        .values()
        .removeIf(
            address -> {
              address.consumers.removeIf(consumer -> !consumer.isRegistered());
              if (!address.consumers.isEmpty()) {
                return false;
              }
              if (address.anchor != null) {
                // Ends by itself; an anchor that does not end ignores what it gets.
                Future<Void> unused = address.anchor.unregister();
              }
              return true;
            });
  }
}
