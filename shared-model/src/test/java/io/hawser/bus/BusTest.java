package io.hawser.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.hawser.catalog.Refused;
import io.hawser.model.Event;
import io.hawser.model.Event.NodeJoined;
import io.hawser.model.HawserMessage;
import io.hawser.model.NodeId;
import io.hawser.model.NodeMessage.Ack;
import io.hawser.model.NodeMessage.NodeStatus;
import io.hawser.model.NodeMessage.StatusQuery;
import io.hawser.model.Outcome;
import io.hawser.node.Meters;
import io.hawser.testing.Await;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageCodec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BusTest {
  private static final NodeId NODE = new NodeId("node-0.rack.example");
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final NodeStatus STATUS = new NodeStatus(NODE, 1, 2, Map.of());
  private static final Event EVENT = new Event("1", 2, NODE, new NodeJoined("node-1"));
  private static final Topic<HawserMessage> ANYTHING_AS_EVENT =
      new Topic<>(Addresses.EVENTS.address(), HawserMessage.class);
  private static final Call<Ack, NodeStatus> STRANGE_QUESTION =
      new Call<>(Addresses.NODE_STATUS.prefix(), Ack.class, NodeStatus.class);

  private final Vertx vertx = Vertx.vertx();
  private final WireFormat format = new WireFormat(List.of());
  private final Meters meters = new Meters(new SimpleMeterRegistry());
  private final Bus bus = new Bus(vertx, format, meters);
  private final List<Event> seen = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    Await.result(vertx.close());
  }

  @Test
  void every_subscriber_gets_the_same_instance() {
    List<Event> other = new CopyOnWriteArrayList<>();
    Await.result(bus.subscribe(Addresses.EVENTS, seen::add));
    Await.result(bus.subscribe(Addresses.EVENTS, other::add));

    bus.publish(Addresses.EVENTS, EVENT);

    Await.until("both got it", () -> !seen.isEmpty() && !other.isEmpty());
    assertThat(seen.getFirst()).isSameAs(EVENT);
    assertThat(other.getFirst()).isSameAs(EVENT);
  }

  @Test
  void a_throwing_handler_is_counted_and_harms_nobody() {
    Await.result(
        bus.subscribe(
            Addresses.EVENTS,
            event -> {
              throw new IllegalStateException("planted");
            }));
    Await.result(bus.subscribe(Addresses.EVENTS, seen::add));

    bus.publish(Addresses.EVENTS, EVENT);
    bus.publish(Addresses.EVENTS, EVENT);

    Await.until("the other got both", () -> seen.size() == 2);
    Await.until(
        "both failures are counted",
        () -> count(Meters.BUS_HANDLER_FAILURES, "hawser.events") == 2);
  }

  @Test
  void a_cancelled_subscription_gets_nothing_more() {
    List<Event> other = new CopyOnWriteArrayList<>();
    Subscription subscription = Await.result(bus.subscribe(Addresses.EVENTS, seen::add));
    Await.result(bus.subscribe(Addresses.EVENTS, other::add));
    Await.result(subscription.cancel());

    bus.publish(Addresses.EVENTS, EVENT);

    Await.until("the other got it", () -> !other.isEmpty());
    assertThat(seen).isEmpty();
  }

  @Test
  void a_message_of_another_type_is_dropped_and_counted() {
    Await.result(bus.subscribe(Addresses.EVENTS, seen::add));

    bus.publish(ANYTHING_AS_EVENT, new Ack());
    bus.publish(Addresses.EVENTS, EVENT);

    Await.until("the event got through", () -> !seen.isEmpty());
    assertThat(seen).containsExactly(EVENT);
    assertThat(count(Meters.BUS_UNKNOWN_MESSAGES, "hawser.events")).isEqualTo(1);
  }

  @Test
  void an_event_of_a_newer_version_is_dropped_and_counted() {
    LoopbackCodec.registerWith(vertx, format);
    Await.result(bus.subscribe(Addresses.EVENTS, seen::add));
    Buffer newer = format.encode(EVENT);
    newer.setInt(newer.length() - 4 - 4 - "node-1".length() - 4, 9_999);

    LoopbackCodec.publish(vertx, Addresses.EVENTS.address(), newer);
    LoopbackCodec.publish(vertx, Addresses.EVENTS.address(), format.encode(EVENT));

    Await.until("the known event got through", () -> !seen.isEmpty());
    assertThat(seen).containsExactly(EVENT);
    assertThat(count(Meters.BUS_UNKNOWN_MESSAGES, "hawser.events")).isEqualTo(1);
  }

  @Test
  void a_request_of_a_newer_version_is_refused_by_name() {
    LoopbackCodec.registerWith(vertx, format);
    serve(query -> Future.succeededFuture(STATUS));
    Buffer newer = format.encode(new StatusQuery()).setInt(1, 9_999);

    Message<Object> reply =
        Await.result(LoopbackCodec.request(vertx, Addresses.NODE_STATUS.address(NODE), newer));

    assertThat(reply.body().toString()).contains("unknown-request").contains("9999");
  }

  @Test
  void a_request_is_answered() {
    serve(query -> Future.succeededFuture(STATUS));

    assertThat(ask(NODE)).isEqualTo(new Outcome.Ok<>(STATUS));
  }

  @Test
  void a_refusal_comes_back_with_its_code_whether_failed_or_thrown() {
    serve(query -> Future.failedFuture(new Refused("not-now", "come again")));
    assertThat(ask(NODE)).isEqualTo(new Outcome.Rejected<>("not-now", "come again"));

    NodeId thrower = new NodeId("thrower");
    Await.result(
        bus.serve(
            Addresses.NODE_STATUS,
            thrower,
            query -> {
              throw new Refused("never", "go away");
            }));
    assertThat(ask(thrower)).isEqualTo(new Outcome.Rejected<>("never", "go away"));
    assertThat(count(Meters.BUS_HANDLER_FAILURES, "hawser.node.status")).isZero();
  }

  @Test
  void a_handler_that_fails_leaves_an_unknown_outcome_and_is_counted_without_the_node() {
    serve(
        query -> {
          throw new IllegalStateException("planted");
        });

    assertUnknown(ask(NODE), "planted");
    assertThat(count(Meters.BUS_HANDLER_FAILURES, "hawser.node.status")).isEqualTo(1);
  }

  @Test
  void no_answer_in_time_is_an_unknown_outcome() {
    serve(query -> Promise.<NodeStatus>promise().future());

    Outcome<NodeStatus> outcome =
        Await.result(
            bus.request(Addresses.NODE_STATUS, NODE, new StatusQuery(), Duration.ofMillis(20)));

    assertUnknown(outcome, "no answer in time");
  }

  @Test
  void a_node_that_serves_nothing_is_an_unknown_outcome_at_once() {
    assertUnknown(ask(new NodeId("nobody")), "nobody there answers it");
  }

  @Test
  void a_question_that_the_address_does_not_know_is_refused_by_name() {
    serve(query -> Future.succeededFuture(STATUS));

    Outcome<NodeStatus> outcome =
        Await.result(bus.request(STRANGE_QUESTION, NODE, new Ack(), TIMEOUT));

    assertThat(outcome)
        .asInstanceOf(type(Outcome.Rejected.class))
        .matches(r -> r.code().equals("unknown-request"))
        .matches(r -> r.detail().contains("Ack"));
  }

  @Test
  void an_answer_of_another_type_is_an_unknown_outcome() {
    Call<StatusQuery, HawserMessage> loose =
        new Call<>(Addresses.NODE_STATUS.prefix(), StatusQuery.class, HawserMessage.class);
    Await.result(bus.serve(loose, NODE, query -> Future.succeededFuture(new Ack())));

    assertUnknown(ask(NODE), "answered what nobody here can read");
  }

  private void serve(Function<StatusQuery, Future<NodeStatus>> handler) {
    Await.result(bus.serve(Addresses.NODE_STATUS, NODE, handler));
  }

  private Outcome<NodeStatus> ask(NodeId node) {
    return Await.result(bus.request(Addresses.NODE_STATUS, node, new StatusQuery(), TIMEOUT));
  }

  private static void assertUnknown(Outcome<NodeStatus> outcome, String why) {
    assertThat(outcome)
        .asInstanceOf(type(Outcome.Unknown.class))
        .matches(u -> u.detail().contains(why), why);
  }

  private double count(String name, String address) {
    return meters.counter(name, "address", address).count();
  }

  /** Hands bytes to handlers as if they had come from another JVM. */
  private static final class LoopbackCodec implements MessageCodec<Buffer, Object> {
    private static final String NAME = "loopback";
    private static final DeliveryOptions OPTIONS = new DeliveryOptions().setCodecName(NAME);

    private final HawserCodec wire;

    private LoopbackCodec(WireFormat format) {
      wire = new HawserCodec(format);
    }

    static void registerWith(Vertx vertx, WireFormat format) {
      vertx.eventBus().registerCodec(new LoopbackCodec(format));
    }

    static void publish(Vertx vertx, String address, Buffer bytes) {
      vertx.eventBus().publish(address, bytes, OPTIONS);
    }

    static Future<Message<Object>> request(Vertx vertx, String address, Buffer bytes) {
      return vertx.eventBus().request(address, bytes, OPTIONS);
    }

    @Override
    public Object transform(Buffer bytes) {
      return wire.decodeFromWire(0, Buffer.buffer().appendInt(bytes.length()).appendBuffer(bytes));
    }

    @Override
    public void encodeToWire(Buffer out, Buffer bytes) {
      throw new UnsupportedOperationException("stays in this JVM");
    }

    @Override
    public Object decodeFromWire(int at, Buffer in) {
      throw new UnsupportedOperationException("stays in this JVM");
    }

    @Override
    public String name() {
      return NAME;
    }

    @Override
    public byte systemCodecID() {
      return -1;
    }
  }
}
