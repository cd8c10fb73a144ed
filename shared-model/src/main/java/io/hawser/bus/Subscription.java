package io.hawser.bus;

import io.vertx.core.Future;
import io.vertx.core.eventbus.MessageConsumer;

/**
 * A standing subscription or service on the bus. It ends with its verticle, or earlier by {@link
 * #cancel}.
 */
public final class Subscription {
  private final MessageConsumer<?> consumer;

  Subscription(MessageConsumer<?> consumer) {
    this.consumer = consumer;
  }

  public Future<Void> cancel() {
    return consumer.unregister();
  }
}
