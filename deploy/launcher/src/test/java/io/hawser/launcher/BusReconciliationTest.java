package io.hawser.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.multimap.MultiMap;
import io.hawser.bus.Addresses;
import io.hawser.bus.Subscription;
import io.hawser.bus.Topic;
import io.hawser.model.Event;
import io.hawser.model.Event.NodeJoined;
import io.hawser.model.ExtensionMessage;
import io.hawser.model.NodeMessage.NodeStatus;
import io.hawser.model.NodeMessage.StatusQuery;
import io.hawser.model.Outcome;
import io.hawser.node.Meters;
import io.hawser.testing.Await;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.spi.cluster.hazelcast.impl.HazelcastRegistrationInfo;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Entries are taken out of, and put into, the table of subscriptions that Hazelcast holds. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BusReconciliationTest {
  /** What only the first node knows. */
  public record Strange(String what) implements ExtensionMessage {}

  private static final Topic<ExtensionMessage> EXTENSIONS =
      new Topic<>("plugin.test.any", ExtensionMessage.class);
  private static final Duration TIMEOUT = Duration.ofMillis(500);
  private static final Duration SOON = Duration.ofSeconds(20);

  private final AtomicInteger numbers = new AtomicInteger();
  private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
  private List<BusNode> nodes = List.of();

  @BeforeAll
  void start() {
    nodes =
        BusNode.cluster(List.of(Map.of(), Map.of()), List.of(List.of(Strange.class), List.of()));
  }

  @AfterAll
  void stop() {
    nodes.reversed().forEach(BusNode::close);
  }

  @AfterEach
  void cancel() {
    subscriptions.forEach(subscription -> Await.result(subscription.cancel()));
    subscriptions.clear();
  }

  private BusNode a() {
    return nodes.get(0);
  }

  private BusNode b() {
    return nodes.get(1);
  }

  private MultiMap<String, HazelcastRegistrationInfo> table() {
    return a().manager.getHazelcastInstance().getMultiMap("__vertx.subs");
  }

  private boolean listed(BusNode node, String address) {
    return table().get(address).stream()
        .anyMatch(info -> info.unwrap().nodeId().equals(node.manager.getNodeId()));
  }

  /** Has everyone forget the node at the address, as a partition may. */
  private void lose(BusNode node, String address) {
    for (HazelcastRegistrationInfo info : List.copyOf(table().get(address))) {
      if (info.unwrap().nodeId().equals(node.manager.getNodeId())) {
        assertThat(table().remove(address, info)).isTrue();
      }
    }
  }

  private List<String> subscribe(BusNode node) {
    List<String> seen = new CopyOnWriteArrayList<>();
    subscriptions.add(
        Await.result(node.bus.subscribe(Addresses.EVENTS, event -> seen.add(event.id()))));
    return seen;
  }

  private String publish(BusNode node) {
    String id = Integer.toString(numbers.incrementAndGet());
    node.bus.publish(Addresses.EVENTS, new Event(id, 0, node.id(), new NodeJoined("x")));
    return id;
  }

  private boolean arrives(List<String> seen) {
    String id = publish(a());
    try {
      Await.until("it arrives", () -> seen.contains(id), Duration.ofMillis(200));
      return true;
    } catch (AssertionError e) {
      return false;
    }
  }

  private void serveStatus() {
    NodeStatus status = new NodeStatus(b().id(), 1, 2, Map.of());
    subscriptions.add(
        Await.result(
            b().bus.serve(Addresses.NODE_STATUS, b().id(), q -> Future.succeededFuture(status))));
  }

  private boolean answers() {
    return Await.result(
            a().bus.request(Addresses.NODE_STATUS, b().id(), new StatusQuery(), TIMEOUT))
        instanceof Outcome.Ok;
  }

  private boolean alwaysAnswers() {
    return IntStream.range(0, 10).allMatch(i -> answers());
  }

  private static String statusOf(BusNode node) {
    return "hawser.node.status." + node.id();
  }

  @Test
  void a_lost_subscription_is_made_again_and_no_message_comes_twice() {
    List<String> first = subscribe(b());
    List<String> second = subscribe(b());
    Await.until("it works", () -> arrives(first), SOON);
    double before = b().counted(Meters.BUS_REPAIRS);

    lose(b(), "hawser.events");
    Await.until("it is lost", () -> !arrives(first));

    Await.until("it works again", () -> arrives(first), SOON);
    assertThat(b().counted(Meters.BUS_REPAIRS)).isEqualTo(before + 1);
    String last = publish(a());
    Await.until("both got it", () -> first.contains(last) && second.contains(last));
    assertThat(first).doesNotHaveDuplicates();
    assertThat(second).doesNotHaveDuplicates();
  }

  @Test
  void a_lost_call_is_made_again_and_then_always_answers() {
    serveStatus();
    Await.until("it works", this::answers, SOON);

    lose(b(), statusOf(b()));
    Await.until("it is lost", () -> !answers());

    Await.until("it works again", this::alwaysAnswers, SOON);
    assertThat(alwaysAnswers()).isTrue();
  }

  @Test
  void the_address_of_the_roll_itself_is_made_again() {
    Await.until("reached", () -> a().gauge(Meters.BUS_UNREACHABLE_PEERS) == 0, SOON);

    lose(b(), "hawser.bus.roll.b");

    Await.until("not reached", () -> a().gauge(Meters.BUS_UNREACHABLE_PEERS) == 1, SOON);
    Await.until("listed again", () -> listed(b(), "hawser.bus.roll.b"), SOON);
    Await.until("reached again", () -> a().gauge(Meters.BUS_UNREACHABLE_PEERS) == 0, SOON);
  }

  @Test
  void a_node_that_everyone_forgot_comes_back_with_all_of_its_addresses() {
    subscribe(b());
    serveStatus();
    Set<String> all = b().bus.addresses();
    assertThat(all).contains("hawser.events", statusOf(b()), "hawser.bus.roll.b");

    all.forEach(address -> lose(b(), address));

    Await.until(
        "all are listed", () -> all.stream().allMatch(address -> listed(b(), address)), SOON);
  }

  @Test
  void an_entry_of_a_node_that_is_gone_is_removed() {
    serveStatus();
    Await.until("it works", this::answers, SOON);
    RegistrationInfo stale = new RegistrationInfo("no-such-node", 1, false);
    Promise<Void> added = Promise.promise();
    a().manager.addRegistration(statusOf(b()), stale, added);
    Await.result(added.future());
    Await.until("calls fail", () -> !answers());

    Await.until(
        "it is gone",
        () -> table().get(statusOf(b())).stream().noneMatch(info -> info.unwrap().equals(stale)),
        SOON);

    assertThat(b().counted(Meters.BUS_STALE)).isPositive();
    Await.until("calls are answered", this::alwaysAnswers, SOON);
    assertThat(alwaysAnswers()).isTrue();
  }

  @Test
  void what_ended_with_its_verticle_is_not_made_again() {
    Vertx vertx = b().vertx;
    double before = b().gauge(Meters.BUS_SUBSCRIPTIONS);
    Topic<Event> topic = new Topic<>("hawser.test.mine", Event.class);
    VerticleBase verticle =
        new VerticleBase() {
          @Override
          public Future<?> start() {
            return b().bus.subscribe(topic, event -> {});
          }
        };
    String id = Await.result(vertx.deployVerticle(verticle));
    assertThat(b().bus.addresses()).contains(topic.address());
    assertThat(b().gauge(Meters.BUS_SUBSCRIPTIONS)).isEqualTo(before + 1);
    lose(b(), topic.address());
    Await.until("made again", () -> listed(b(), topic.address()), SOON);

    Await.result(vertx.undeploy(id));

    Await.until("not listed", () -> !listed(b(), topic.address()), SOON);
    assertThat(b().bus.addresses()).doesNotContain(topic.address());
    assertThat(b().gauge(Meters.BUS_SUBSCRIPTIONS)).isEqualTo(before);
  }

  @Test
  void a_plugins_message_is_dropped_and_counted_where_the_plugin_is_not() {
    Set<String> seen = new ConcurrentSkipListSet<>();
    for (BusNode node : nodes) {
      subscriptions.add(
          Await.result(node.bus.subscribe(EXTENSIONS, m -> seen.add(node.id() + ": " + m))));
    }

    Await.until(
        "counted",
        () -> {
          a().bus.publish(EXTENSIONS, new Strange("news"));
          return b().counted(Meters.BUS_UNKNOWN_MESSAGES) > 0;
        },
        SOON);
    Await.until("seen where it is known", () -> !seen.isEmpty());
    assertThat(seen).containsExactly("a: Strange[what=news]");
  }
}
