package io.hawser.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.hawser.bus.client.RegistryClient;
import io.hawser.model.DetectionMessage.Explanation;
import io.hawser.model.Event;
import io.hawser.model.Event.InstanceDeregistered;
import io.hawser.model.Event.InstanceFailed;
import io.hawser.model.Event.InstanceRecovered;
import io.hawser.model.Event.InstanceRegistered;
import io.hawser.model.Facet.CheckSpec;
import io.hawser.model.Facet.CheckType;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Registration;
import io.hawser.model.Facet.Role;
import io.hawser.model.InstanceKey;
import io.hawser.model.NodeId;
import io.hawser.model.Outcome;
import io.hawser.model.RegistryMessage.Beat;
import io.hawser.model.RegistryMessage.Registered;
import io.hawser.model.Rendezvous;
import io.hawser.node.Meters;
import io.hawser.node.Time;
import io.hawser.service.ServiceModule;
import io.hawser.testing.Await;
import io.hawser.testing.FakeMembers;
import io.hawser.testing.TestNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.NetServer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RegistryVerticleTest {
  private static final CheckSpec HTTP = new CheckSpec(CheckType.HTTP, "/health", 100, 300, 3, 2);
  private static final CheckSpec TCP = new CheckSpec(CheckType.TCP, "", 100, 300, 3, 2);

  private final Vertx vertx = Vertx.vertx();
  private final List<Event.Body> events = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    Await.result(vertx.close());
  }

  private TestNode node(Map<String, String> settings) {
    TestNode node = TestNode.on(vertx).settings(settings).start();
    deploy(node);
    return node;
  }

  @CanIgnoreReturnValue
  private String deploy(TestNode node) {
    Await.result(node.context().events().subscribe(event -> events.add(event.body())));
    ServiceModule.Deployment d = new RegistryModule().deployments(node.context()).getFirst();
    return Await.result(vertx.deployVerticle(d.verticle().get(), d.options()));
  }

  private static RegistryClient client(TestNode node) {
    return new RegistryClient(node.bus(), node.members(), node.catalog());
  }

  private static Registration at(int port, String incarnation, long ttlMs, CheckSpec... checks) {
    return new Registration(
        "127.0.0.1",
        port,
        incarnation,
        1,
        "default",
        List.of(),
        Map.of(),
        Role.ACTIVE,
        ttlMs,
        List.of(checks),
        0);
  }

  private static InstanceKey key(String id) {
    return new InstanceKey("echo", id);
  }

  @CanIgnoreReturnValue
  private static boolean register(TestNode node, String id, Registration registration) {
    Outcome<Registered> outcome = Await.result(client(node).register(key(id), registration, false));
    return ((Outcome.Ok<Registered>) outcome).value().created();
  }

  private static Optional<Health> health(TestNode node, String id) {
    return node.catalog().instance(key(id)).map(i -> i.health());
  }

  private static void untilHealth(TestNode node, String id, Health health) {
    Await.until(id + " is " + health, () -> health(node, id).equals(Optional.of(health)));
  }

  private <E extends Event.Body> List<E> events(Class<E> type) {
    return events.stream().filter(type::isInstance).map(type::cast).toList();
  }

  private HttpServer backend(int port) {
    HttpServer server =
        vertx
            .createHttpServer()
            .requestHandler(
                request -> {
                  Future<Void> unused = request.response().end("ok");
                });
    return Await.result(server.listen(port, "127.0.0.1"));
  }

  @Test
  void the_module_is_found_and_ready_once_deployed() {
    assertThat(ServiceLoader.load(ServiceModule.class))
        .hasAtLeastOneElementOfType(RegistryModule.class);
    TestNode node = TestNode.start(vertx);
    var deployments = new RegistryModule().deployments(node.context());
    assertThat(node.context().readiness().allReady()).isFalse();
    Await.result(vertx.deployVerticle(deployments.getFirst().verticle().get()));

    assertThat(node.context().readiness().roles()).containsEntry("registry", "ready");
  }

  @Test
  void a_backend_that_closes_is_found_down_once_and_found_up_again() {
    TestNode node = node(Map.of());
    HttpServer first = backend(0);
    int port = first.actualPort();
    assertThat(register(node, "e1", at(port, "one", 0, HTTP))).isTrue();
    untilHealth(node, "e1", Health.UP);

    Await.result(first.close());
    untilHealth(node, "e1", Health.DOWN);
    double checks = node.counted(Meters.CHECKS);
    Await.until("five more checks", () -> node.counted(Meters.CHECKS) >= checks + 5);
    assertThat(events(InstanceFailed.class))
        .singleElement()
        .satisfies(
            failed -> {
              assertThat(failed.reason()).isEqualTo("http /health: connection refused");
              assertThat(failed.evidence()).isNotEmpty();
            });

    HttpServer second = backend(port);
    untilHealth(node, "e1", Health.UP);
    Await.until("it is told", () -> !events(InstanceRecovered.class).isEmpty());
    assertThat(events(InstanceFailed.class)).hasSize(1);
    assertThat(events(InstanceRecovered.class)).hasSize(1);
    Await.result(second.close());
  }

  @Test
  void hung_and_unreachable_ones_do_not_keep_the_others_from_being_checked() {
    TestNode node = node(Map.of());
    NetServer mute = vertx.createNetServer().connectHandler(socket -> {});
    int hungPort = Await.result(mute.listen(0, "127.0.0.1")).actualPort();
    HttpServer well = backend(0);
    register(node, "hung", at(hungPort, "one", 0, HTTP));
    Registration lost = at(1, "one", 0, HTTP, TCP);
    register(
        node,
        "lost",
        new Registration(
            "no such host",
            lost.port(),
            "one",
            1,
            "default",
            List.of(),
            Map.of(),
            Role.ACTIVE,
            0,
            lost.checks(),
            0));
    register(node, "well", at(well.actualPort(), "one", 0, HTTP));

    untilHealth(node, "well", Health.UP);
    untilHealth(node, "hung", Health.DOWN);
    untilHealth(node, "lost", Health.DOWN);
    assertThat(health(node, "well")).contains(Health.UP);
    assertThat(node.catalog().instance(key("hung")).orElseThrow().verdict().orElseThrow().reason())
        .isEqualTo("http /health: no answer within 300 ms");
    Await.result(well.close());
    untilHealth(node, "well", Health.DOWN);
    assertThat(node.counted(Meters.BUS_HANDLER_FAILURES)).isZero();
  }

  @Test
  void beats_keep_one_up_and_their_end_brings_it_down_and_out() {
    TestNode node = node(Map.of("registry.evict-after-ms", "2000"));
    register(node, "e1", at(1, "one", 800));
    long timer =
        vertx.setPeriodic(
            100, id -> client(node).beats(List.of(new Beat(key("e1"), "one", Optional.empty()))));
    untilHealth(node, "e1", Health.UP);
    Await.until("beats are counted", () -> node.counted(Meters.BEATS) >= 8);
    assertThat(health(node, "e1")).contains(Health.UP);

    assertThat(vertx.cancelTimer(timer)).isTrue();
    untilHealth(node, "e1", Health.DOWN);
    Await.until("it is evicted", () -> health(node, "e1").isEmpty());
    Await.until("it is told", () -> !events(InstanceDeregistered.class).isEmpty());
    assertThat(events(InstanceDeregistered.class))
        .containsExactly(new InstanceDeregistered("echo", "e1", "evicted"));
  }

  /** The relay has not heard of the nodes that observe the instance by now. */
  @Test
  void beats_that_come_to_the_wrong_node_are_passed_on() {
    List<TestNode> nodes = TestNode.cluster(vertx, 4, Time.SYSTEM);
    nodes.forEach(this::deploy);
    TestNode stranger = nodes.get(0);
    String id = "e0";
    for (int i = 0; observers(nodes, id).contains(stranger.id()); i++) {
      id = "e" + i;
    }
    String watched = id;
    register(stranger, watched, at(1, "one", 60_000));
    FakeMembers old = new FakeMembers(FakeMembers.node("relay"));
    old.join(stranger.members().self());
    RegistryClient relay = new RegistryClient(stranger.bus(), old, stranger.catalog());

    relay.beats(List.of(new Beat(key(watched), "one", Optional.empty())));
    untilHealth(stranger, watched, Health.UP);
    assertThat(observer(stranger, watched)).isNotEqualTo(stranger.id().value());
  }

  @Test
  void a_complaint_finds_a_dead_one_before_its_beat_is_late() {
    TestNode node = node(Map.of());
    register(node, "e1", at(1, "one", 60_000));
    client(node).beats(List.of(new Beat(key("e1"), "one", Optional.empty())));
    untilHealth(node, "e1", Health.UP);
    client(node).complain(key("e1"), "one", "connect failed");

    untilHealth(node, "e1", Health.DOWN);
    Await.until("it is told", () -> !events(InstanceFailed.class).isEmpty());
    assertThat(events(InstanceFailed.class)).hasSize(1);
  }

  @Test
  void of_two_incarnations_that_register_at_once_one_is_taken() {
    TestNode node = node(Map.of());
    Future<Outcome<Registered>> one = client(node).register(key("e1"), at(1, "one", 0), false);
    Future<Outcome<Registered>> two = client(node).register(key("e1"), at(1, "two", 0), false);
    Await.result(one);
    Await.result(two);

    assertThat(List.of(one.result(), two.result()))
        .hasAtLeastOneElementOfType(Outcome.Ok.class)
        .filteredOn(Outcome.Rejected.class::isInstance)
        .singleElement()
        .satisfies(
            outcome ->
                assertThat(((Outcome.Rejected<?>) outcome).code()).isEqualTo("instance-conflict"));
    Await.until("it is told", () -> !events(InstanceRegistered.class).isEmpty());
    assertThat(events(InstanceRegistered.class)).hasSize(1);
  }

  @Test
  void an_unchanged_renewal_answers_what_is_there() {
    TestNode node = node(Map.of());
    assertThat(register(node, "e1", at(1, "one", 0))).isTrue();
    Outcome<Registered> again =
        Await.result(client(node).register(key("e1"), at(1, "one", 0), false));

    Registered renewed = ((Outcome.Ok<Registered>) again).value();
    assertThat(renewed.created()).isFalse();
    assertThat(renewed.entries())
        .singleElement()
        .satisfies(entry -> assertThat(entry.deleted()).isFalse());
  }

  @Test
  void one_that_deregisters_is_gone_with_its_verdict() {
    TestNode node = node(Map.of());
    HttpServer server = backend(0);
    register(node, "e1", at(server.actualPort(), "one", 0, HTTP));
    untilHealth(node, "e1", Health.UP);

    assertThat(Await.result(client(node).deregister(key("e1")))).isInstanceOf(Outcome.Ok.class);
    assertThat(health(node, "e1")).isEmpty();
    assertThat(Await.result(client(node).deregister(key("e1"))))
        .isInstanceOfSatisfying(
            Outcome.Rejected.class,
            refused -> assertThat(refused.code()).isEqualTo("unknown-instance"));
    Await.until("it is told", () -> !events(InstanceDeregistered.class).isEmpty());
    assertThat(events(InstanceFailed.class)).isEmpty();
  }

  @Test
  void the_instances_of_a_dead_node_are_watched_by_the_others() {
    List<TestNode> nodes = TestNode.cluster(vertx, 3, Time.SYSTEM);
    nodes.forEach(this::deploy);
    TestNode survivor = nodes.get(0);
    HttpServer server = backend(0);
    register(survivor, "e1", at(server.actualPort(), "one", 0, HTTP));
    untilHealth(survivor, "e1", Health.UP);
    untilRoster(nodes, 3);

    die(nodes, nodes.get(1));
    Await.result(server.close());
    untilHealth(survivor, "e1", Health.DOWN);

    assertThat(observer(survivor, "e1")).isNotEqualTo("node-1");
    Await.until("it is told", () -> !events(InstanceFailed.class).isEmpty());
  }

  @Test
  void the_last_of_three_nodes_calls_nobody_down() {
    List<TestNode> nodes = TestNode.cluster(vertx, 3, Time.SYSTEM);
    nodes.forEach(this::deploy);
    TestNode last = nodes.get(0);
    HttpServer server = backend(0);
    register(last, "e1", at(server.actualPort(), "one", 0, HTTP));
    untilHealth(last, "e1", Health.UP);
    untilRoster(nodes, 3);

    die(nodes, nodes.get(1));
    die(nodes, nodes.get(2));
    Await.until("it is alone", () -> last.gauged(Meters.DETECTION_QUORATE) == 0);
    Await.result(server.close());
    double checks = last.counted(Meters.CHECKS);
    Await.until("ten more checks", () -> last.counted(Meters.CHECKS) >= checks + 10);

    assertThat(health(last, "e1")).contains(Health.UP);
    assertThat(explained(last, "e1").notes()).singleElement().asString().contains("no majority");
  }

  @Test
  void a_verdict_is_explained_by_each_observer() {
    List<TestNode> nodes = TestNode.cluster(vertx, 3, Time.SYSTEM);
    nodes.forEach(this::deploy);
    register(nodes.get(0), "e1", at(1, "one", 0, HTTP));
    untilHealth(nodes.get(0), "e1", Health.DOWN);

    Explanation explanation = explained(nodes.get(0), "e1");
    assertThat(explanation.sights()).hasSize(3);
    assertThat(explanation.needed()).isEqualTo(2);
    assertThat(explanation.sights().stream().filter(s -> s.reason().contains("refused")).count())
        .isGreaterThanOrEqualTo(2);
    assertThat(explanation.next()).contains("bring it back");
  }

  @Test
  void a_node_that_stops_in_good_order_is_counted_no_more() {
    List<TestNode> nodes = TestNode.cluster(vertx, 2, Time.SYSTEM);
    List<String> deployments = nodes.stream().map(this::deploy).toList();
    untilRoster(nodes, 2);
    Await.result(vertx.undeploy(deployments.get(1)));

    untilRoster(List.of(nodes.get(0)), 1);
  }

  /** As kill -9 looks to the others: it is gone from the membership and says no more. */
  private static void die(List<TestNode> nodes, TestNode victim) {
    nodes.forEach(n -> n.members().leave(victim.id()));
    victim.members().setLive(List.of());
  }

  private static void untilRoster(List<TestNode> nodes, int size) {
    for (TestNode node : nodes) {
      Await.until("the roster has " + size, () -> node.gauged(Meters.DETECTION_ROSTER) == size);
    }
  }

  private static Explanation explained(TestNode node, String id) {
    return ((Outcome.Ok<Explanation>) Await.result(client(node).explain(key(id)))).value();
  }

  private static List<NodeId> observers(List<TestNode> nodes, String id) {
    return Rendezvous.top(key(id).toString(), nodes.stream().map(TestNode::id).toList(), 3);
  }

  private static String observer(TestNode node, String id) {
    return node.catalog()
        .instance(key(id))
        .orElseThrow()
        .verdict()
        .orElseThrow()
        .observer()
        .value();
  }
}
