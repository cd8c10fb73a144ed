package io.hawser.bus;

import io.hawser.bus.HawserCodec.Unreadable;
import io.hawser.catalog.Refused;
import io.hawser.model.HawserMessage;
import io.hawser.model.NodeId;
import io.hawser.model.NodeMessage.Knock;
import io.hawser.model.NodeMessage.Refusal;
import io.hawser.model.Outcome;
import io.hawser.node.Meters;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import java.time.Duration;
import java.util.Set;
import java.util.function.BiConsumer;
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

  private final Vertx vertx;
  private final EventBus eventBus;
  private final Meters meters;
  private final Standing standing;
  private volatile BiConsumer<String, Knock> onKnock = (address, knock) -> {};

  /** Takes the event bus of a Vert.x over. Once for each Vert.x, before anything is subscribed. */
  public Bus(Vertx vertx, WireFormat format, Meters meters) {
    this.vertx = vertx;
    this.eventBus = vertx.eventBus();
    this.meters = meters;
    this.standing = new Standing(eventBus);
    meters.gauge(Meters.BUS_SUBSCRIPTIONS, standing::count);
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
    return stand(consumer, message -> {});
  }

  private Future<Subscription> stand(
      MessageConsumer<Object> consumer, Handler<Message<Object>> anchorHandler) {
    return consumer
        .completion()
        .map(
            v -> {
              standing.add(consumer, anchorHandler);
              return new Subscription(consumer);
            });
  }

  private <M extends HawserMessage> void deliver(
      Topic<M> topic, Message<Object> message, Consumer<M> handler) {
    try {
      Object body = message.body();
      if (body instanceof Knock knock) {
        onKnock.accept(topic.address(), knock);
      } else if (topic.type().isInstance(body)) {
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
    Context context = vertx.getOrCreateContext();
    MessageConsumer<Object> consumer =
        eventBus.consumer(address, message -> answer(call, address, message, handler));
    return stand(
        consumer,
        message ->
            context.runOnContext(
                v -> {
                  if (consumer.isRegistered()) {
                    answer(call, address, message, handler);
                  } else {
                    message.fail(404, "no longer served here");
                  }
                }));
  }

  private <Q extends HawserMessage, R extends HawserMessage> void answer(
      Call<Q, R> call, String address, Message<Object> message, Function<Q, Future<R>> handler) {
    Object body = message.body();
    if (body instanceof Knock knock) {
      onKnock.accept(address, knock);
      return;
    }
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

  /** The addresses that this node is subscribed to. */
  public Set<String> addresses() {
    return standing.addresses();
  }

  /** Calls the handler, on any thread, with each knock and the address where it arrived. */
  void onKnock(BiConsumer<String, Knock> handler) {
    onKnock = handler;
  }

  void knock(String address, Knock knock) {
    eventBus.publish(address, knock, PLAIN);
  }

  /** See {@link Standing#announce}. */
  Future<Void> announce(String address) {
    return standing.announce(address);
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
  static String addressLabel(String address) {
    String[] parts = address.split("\\.", 4);
    return parts.length < 4 ? address : parts[0] + "." + parts[1] + "." + parts[2];
  }
}
