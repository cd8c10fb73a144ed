package io.hawser.bus;

import io.hawser.bus.HawserCodec.Unreadable;
import io.hawser.catalog.Refused;
import io.hawser.model.HawserMessage;
import io.hawser.model.NodeId;
import io.hawser.model.NodeMessage.Refusal;
import io.hawser.model.Outcome;
import io.hawser.node.Meters;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The typed event bus. Delivery is at most once and membership may lag, so a message is a hint:
 * whoever needs the truth also reads the state that the message is about, on a timer.
 *
 * <p>Thread-safe. Handlers run on the context that subscribed. A handler that throws stops neither
 * the others nor the subscription: the failure is counted and logged.
 */
public final class Bus {
  private static final Logger log = LoggerFactory.getLogger(Bus.class);
  private static final DeliveryOptions PLAIN = new DeliveryOptions();

  private final EventBus eventBus;
  private final Meters meters;

  /** Takes the event bus of a Vert.x over. Once for each Vert.x, before anything is subscribed. */
  public Bus(Vertx vertx, WireFormat format, Meters meters) {
    this.eventBus = vertx.eventBus();
    this.meters = meters;
    eventBus.registerCodec(new HawserCodec(format));
    eventBus.codecSelector(body -> body instanceof HawserMessage ? HawserCodec.NAME : null);
  }

  /** Tells every subscriber of the topic. Nobody learns whether it arrived. */
  public <M extends HawserMessage> void publish(Topic<M> topic, M message) {
    eventBus.publish(topic.address(), message, PLAIN);
  }

  /**
   * Calls the handler for each message of the topic.
   *
   * @return done when every node knows of the subscription
   */
  public <M extends HawserMessage> Future<Subscription> subscribe(
      Topic<M> topic, Consumer<M> handler) {
    MessageConsumer<Object> consumer =
        eventBus.consumer(topic.address(), message -> deliver(topic, message, handler));
    return consumer.completion().map(v -> new Subscription(consumer));
  }

  private <M extends HawserMessage> void deliver(
      Topic<M> topic, Message<Object> message, Consumer<M> handler) {
    try {
      Object body = message.body();
      if (topic.type().isInstance(body)) {
        handler.accept(topic.type().cast(body));
      } else {
        countUnknown(topic.address(), body);
      }
    } catch (RuntimeException e) {
      handlerFailed(topic.address(), e);
    }
  }

  /**
   * Answers a call as this node.
   *
   * @param handler a future that fails with {@link Refused}, or throws it, refuses; any other
   *     failure leaves the caller with an unknown outcome
   * @return done when every node knows of the service
   */
  public <Q extends HawserMessage, R extends HawserMessage> Future<Subscription> serve(
      Call<Q, R> call, NodeId self, Function<Q, Future<R>> handler) {
    String address = call.address(self);
    MessageConsumer<Object> consumer =
        eventBus.consumer(address, message -> answer(call, address, message, handler));
    return consumer.completion().map(v -> new Subscription(consumer));
  }

  private <Q extends HawserMessage, R extends HawserMessage> void answer(
      Call<Q, R> call, String address, Message<Object> message, Function<Q, Future<R>> handler) {
    Object body = message.body();
    if (!call.request().isInstance(body)) {
      countUnknown(address, body);
      message.reply(
          new Refusal("unknown-request", address + " does not know this request: " + body));
      return;
    }
    Future<R> result;
    try {
      result = handler.apply(call.request().cast(body));
    } catch (RuntimeException e) {
      result = Future.failedFuture(e);
    }
    result.onComplete(
        reply -> message.reply(reply),
        failure -> {
          if (failure instanceof Refused refused) {
            message.reply(new Refusal(refused.code(), String.valueOf(refused.getMessage())));
          } else {
            handlerFailed(address, failure);
            message.fail(500, String.valueOf(failure.getMessage()));
          }
        });
  }

  /**
   * Calls a node. The future never fails.
   *
   * @param timeout after which the outcome is unknown
   */
  public <Q extends HawserMessage, R extends HawserMessage> Future<Outcome<R>> request(
      Call<Q, R> call, NodeId node, Q request, Duration timeout) {
    DeliveryOptions options = new DeliveryOptions().setSendTimeout(timeout.toMillis());
    return eventBus
        .request(call.address(node), request, options)
        .transform(
            result -> {
              if (result.failed()) {
                return Future.succeededFuture(unknown(call, node, result.cause()));
              }
              return Future.succeededFuture(outcome(call, node, result.result().body()));
            });
  }

  private static <R extends HawserMessage> Outcome<R> outcome(
      Call<?, R> call, NodeId node, Object body) {
    if (body instanceof Refusal refusal) {
      return new Outcome.Rejected<>(refusal.code(), refusal.detail());
    }
    if (call.reply().isInstance(body)) {
      return new Outcome.Ok<>(call.reply().cast(body));
    }
    return new Outcome.Unknown<>(call.address(node) + " answered what nobody here can read");
  }

  private static <R> Outcome<R> unknown(Call<?, ?> call, NodeId node, Throwable cause) {
    String why =
        cause instanceof ReplyException reply
            ? switch (reply.failureType()) {
              case TIMEOUT -> "no answer in time";
              case NO_HANDLERS -> "nobody there answers it";
              case RECIPIENT_FAILURE, ERROR -> String.valueOf(reply.getMessage());
            }
            : String.valueOf(cause.getMessage());
    return new Outcome.Unknown<>(call.address(node) + ": " + why);
  }

  private void countUnknown(String address, Object body) {
    meters.counter(Meters.BUS_UNKNOWN_MESSAGES, "address", addressLabel(address)).increment();
    boolean expected = body instanceof Unreadable unreadable && unreadable.unknownType();
    if (!expected) {
      log.warn("message refused address={} body={}", address, body);
    }
  }

  private void handlerFailed(String address, Throwable failure) {
    meters.counter(Meters.BUS_HANDLER_FAILURES, "address", addressLabel(address)).increment();
    log.error("handler failed address={}", address, failure);
  }

  /** Without the node, so that the label's values stay few. */
  private static String addressLabel(String address) {
    String[] parts = address.split("\\.", 4);
    return parts.length < 4 ? address : parts[0] + "." + parts[1] + "." + parts[2];
  }
}
