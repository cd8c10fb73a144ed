package io.hawser.monitor;

import static io.hawser.monitor.MonitorCluster.done;
import static io.hawser.monitor.MonitorCluster.next;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.bus.client.MonitorClient;
import io.hawser.model.Event.AlertFiring;
import io.hawser.model.Event.AlertResolved;
import io.hawser.model.Facet.Alert;
import io.hawser.model.Facet.AlertPhase;
import io.hawser.model.Facet.Comparison;
import io.hawser.model.Facet.Function;
import io.hawser.model.Facet.Receiver;
import io.hawser.model.Facet.Rule;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.MonitorMessage.Sample;
import io.hawser.model.MonitorMessage.Summary;
import io.hawser.model.MonitorMessage.TrafficSlot;
import io.hawser.model.Outcome;
import io.hawser.node.Meters;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MonitorVerticlesTest {
  private static final Rule SLOW =
      new Rule(
          "queue",
          Map.of(),
          Function.MEAN,
          60_000,
          Comparison.ABOVE,
          10,
          5_000,
          "page",
          Map.of("runbook", "drain it"));

  private MonitorCluster cluster = new MonitorCluster(5_000);
  private final BlockingQueue<JsonObject> hooks = new LinkedBlockingQueue<>();

  @AfterEach
  void close() {
    cluster.close();
  }

  private Receiver server(Consumer<HttpServerRequest> handler) {
    HttpServer server =
        done(
            cluster
                .vertx()
                .createHttpServer()
                .requestHandler(handler::accept)
                .listen(0, "127.0.0.1"));
    return new Receiver("http://127.0.0.1:" + server.actualPort() + "/hook");
  }

  private Receiver recording() {
    return server(
        request ->
            request.bodyHandler(
                body -> {
                  hooks.add(body.toJsonObject());
                  request.response().end().onFailure(e -> hooks.add(new JsonObject()));
                }));
  }

  private void makeItFire() throws InterruptedException {
    cluster.put(Kind.RULE, "slow", SLOW);
    assertThat(cluster.sample(20)).isInstanceOf(Outcome.Ok.class);
    assertThat(next(cluster.alerts).phase()).isEqualTo(AlertPhase.PENDING);
    cluster.advance(5_000);
    assertThat(next(cluster.alerts).phase()).isEqualTo(AlertPhase.FIRING);
  }

  @Test
  void samples_that_were_posted_are_in_the_summary() {
    MonitorCluster.Node node = cluster.start("node-0");
    assertThat(node.context().readiness().allReady()).isTrue();
    assertThat(cluster.sample(1)).isInstanceOf(Outcome.Ok.class);
    assertThat(cluster.sample(3)).isInstanceOf(Outcome.Ok.class);

    Outcome<Summary> outcome = done(cluster.client().query("queue", Map.of(), 60_000));

    assertThat(outcome).isInstanceOf(Outcome.Ok.class);
    assertThat(outcome.map(Summary::mean)).isEqualTo(new Outcome.Ok<>(2.0));
  }

  @Test
  void the_share_of_errors_comes_from_the_traffic_of_all_balancers() {
    cluster.start("node-0");
    TrafficSlot slot = new TrafficSlot("echo", cluster.wallMs() / 1000, 10, 1, "");
    assertThat(done(cluster.client().traffic(List.of(slot, slot)))).isInstanceOf(Outcome.Ok.class);

    Outcome<Summary> outcome =
        done(cluster.client().query(MonitorClient.TRAFFIC_ERRORS, Map.of("service", "echo"), 0));

    assertThat(outcome.map(Summary::mean)).isEqualTo(new Outcome.Ok<>(0.1));
    assertThat(outcome.map(Summary::count)).isEqualTo(new Outcome.Ok<>(20L));
  }

  @Test
  void what_is_no_number_is_refused_and_what_is_old_is_counted() {
    cluster.start("node-0");
    Sample old = new Sample("queue", Map.of(), 1, 0);

    assertThat(cluster.sample(Double.NaN))
        .isInstanceOfSatisfying(
            Outcome.Rejected.class, no -> assertThat(no.code()).isEqualTo("bad-sample"));
    assertThat(done(cluster.client().query("queue", Map.of(), -1)))
        .isInstanceOfSatisfying(
            Outcome.Rejected.class, no -> assertThat(no.code()).isEqualTo("bad-query"));
    assertThat(done(cluster.client().record(List.of(old)))).isInstanceOf(Outcome.Ok.class);
    assertThat(cluster.meters().counter(Meters.MONITOR_DROPPED, "reason", "stale").count())
        .isEqualTo(1);
  }

  @Test
  void a_rule_fires_after_its_wait_tells_everyone_and_is_resolved() throws InterruptedException {
    cluster.start("node-0");
    cluster.put(Kind.RECEIVER, "chat", recording());
    makeItFire();

    assertThat(next(cluster.events)).isEqualTo(new AlertFiring("slow", "page", 20, 10));
    JsonObject firing = next(hooks);
    assertThat(firing.getString("status")).isEqualTo("firing");
    assertThat(firing.getString("receiver")).isEqualTo("chat");
    assertThat(firing.getJsonObject("commonLabels").getMap())
        .isEqualTo(Map.of("alertname", "slow", "severity", "page"));

    assertThat(cluster.sample(-20)).isInstanceOf(Outcome.Ok.class);
    assertThat(next(cluster.events)).isEqualTo(new AlertResolved("slow", "page", 0));
    JsonObject resolved = next(hooks);
    assertThat(resolved.getString("status")).isEqualTo("resolved");
    assertThat(fingerprint(resolved)).isEqualTo(fingerprint(firing));
  }

  private static String fingerprint(JsonObject body) {
    return body.getJsonArray("alerts").getJsonObject(0).getString("fingerprint");
  }

  @Test
  void the_next_evaluator_neither_fires_again_nor_forgets_to_resolve() throws InterruptedException {
    cluster.put(Kind.RECEIVER, "chat", recording());
    MonitorCluster.Node first = cluster.start("node-0");
    cluster.start("node-1");
    makeItFire();
    assertThat(next(cluster.events)).isInstanceOf(AlertFiring.class);

    cluster.stop(first);
    // The new value in the facet shows that the next one evaluates.
    assertThat(cluster.sample(40)).isInstanceOf(Outcome.Ok.class);
    Alert refreshed = refreshed();
    assertThat(refreshed.phase()).isEqualTo(AlertPhase.FIRING);

    assertThat(cluster.sample(-90)).isInstanceOf(Outcome.Ok.class);
    assertThat(next(cluster.events)).isInstanceOf(AlertResolved.class);
    assertThat(next(hooks).getString("status")).isEqualTo("firing");
    assertThat(next(hooks).getString("status")).isEqualTo("resolved");
    assertThat(cluster.events).isEmpty();
    assertThat(hooks).isEmpty();
  }

  /**
   * Turns the clock until a refresh of the facet is due; the evaluator's wait begins with its first
   * look.
   */
  private Alert refreshed() throws InterruptedException {
    double before = cluster.meters().counter(Meters.RULE_EVALUATIONS).count();
    await(() -> cluster.meters().counter(Meters.RULE_EVALUATIONS).count() > before + 1);
    cluster.advance(10_000);
    return next(cluster.alerts);
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + MonitorCluster.TIMEOUT_S * 1_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - deadline).as("waited in vain").isNegative();
      Thread.onSpinWait();
    }
  }

  @Test
  void the_end_of_a_rule_ends_its_alert() throws InterruptedException {
    cluster.start("node-0");
    makeItFire();
    assertThat(next(cluster.events)).isInstanceOf(AlertFiring.class);

    cluster.delete(Kind.RULE, "slow");

    assertThat(next(cluster.events)).isEqualTo(new AlertResolved("slow", "page", 20));
  }

  @Test
  void a_receiver_that_hangs_or_fails_delays_no_other() throws InterruptedException {
    cluster.close();
    cluster = new MonitorCluster(300);
    AtomicInteger tries = new AtomicInteger();
    BlockingQueue<Integer> failing = new LinkedBlockingQueue<>();
    cluster.put(Kind.RECEIVER, "a-hangs", server(request -> tries.incrementAndGet()));
    cluster.put(
        Kind.RECEIVER,
        "b-fails",
        server(
            request -> {
              failing.add(failing.size());
              request.response().setStatusCode(503).end().onFailure(e -> failing.add(-1));
            }));
    cluster.put(Kind.RECEIVER, "c-is-no-url", new Receiver("nowhere"));
    cluster.put(Kind.RECEIVER, "d-works", recording());
    cluster.start("node-0");
    makeItFire();

    assertThat(next(hooks).getString("receiver")).isEqualTo("d-works");
    await(() -> notifications("failed") == 3);
    assertThat(tries).hasValue(3);
    assertThat(failing).containsExactly(0, 1, 2);
    assertThat(notifications("sent")).isEqualTo(1);
  }

  @Test
  void a_node_stops_although_a_receiver_hangs() throws InterruptedException {
    cluster.close();
    cluster = new MonitorCluster(300);
    BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    cluster.put(Kind.RECEIVER, "hangs", server(request -> asked.add(request.path())));
    MonitorCluster.Node node = cluster.start("node-0");
    makeItFire();
    assertThat(next(asked)).isEqualTo("/hook");

    cluster.stop(node);

    assertThat(cluster.vertx().deploymentIDs()).isEmpty();
  }

  private double notifications(String result) {
    return cluster.meters().counter(Meters.NOTIFICATIONS, "result", result).count();
  }

  @Test
  void a_notice_gets_through_to_a_receiver_that_is_back_for_the_last_try()
      throws InterruptedException {
    AtomicInteger tries = new AtomicInteger();
    cluster.put(
        Kind.RECEIVER,
        "chat",
        server(
            request ->
                request.bodyHandler(
                    body -> {
                      boolean last = tries.incrementAndGet() == 3;
                      if (last) {
                        hooks.add(body.toJsonObject());
                      }
                      request
                          .response()
                          .setStatusCode(last ? 200 : 500)
                          .end()
                          .onFailure(e -> hooks.add(new JsonObject()));
                    })));
    cluster.start("node-0");
    makeItFire();

    assertThat(next(hooks).getString("status")).isEqualTo("firing");
    await(() -> notifications("sent") == 1);
    assertThat(notifications("failed")).isZero();
  }
}
