package io.hawser.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Event.InstanceEjected;
import io.hawser.model.Facet.Affinity;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.Strategy;
import io.hawser.model.MonitorMessage.TrafficSlot;
import io.hawser.node.Meters;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProxyRoutingTest {
  private BalancerRig rig;

  @BeforeEach
  void start() throws Exception {
    rig = new BalancerRig(2, Map.of());
  }

  @AfterEach
  void stop() throws Exception {
    rig.close();
  }

  private Map<String, Integer> counts(String path, int requests) throws Exception {
    Map<String, Integer> counts = new HashMap<>();
    for (int i = 0; i < requests; i++) {
      counts.merge(Raw.get(rig.port, path).body(), 1, Integer::sum);
    }
    return counts;
  }

  @Test
  void requests_are_spread_evenly_and_say_who_answered() throws Exception {
    for (String name : List.of("a", "b", "c")) {
      rig.register("echo", name, rig.named(name).actualPort());
    }

    rig.route("turns", "echo", "/turns", Strategy.ROUND_ROBIN, Affinity.NONE);

    // Each of the two loops takes its own turns.
    assertThat(counts("/turns/x", 30).values())
        .hasSize(3)
        .allSatisfy(count -> assertThat(count).isBetween(8, 12));
    Raw.Answer answer = Raw.get(rig.port, "/echo/x");
    assertThat(answer.header("hawser-instance")).contains(answer.body());
    assertThat(answer.header("via")).contains("1.1 hawser");
  }

  @Test
  void an_unknown_route_is_404() throws Exception {
    Raw.Answer answer = Raw.get(rig.port, "/nothing/here");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.header("content-type")).contains("application/problem+json");
    assertThat(answer.header("hawser-error")).contains("unknown-route");
    assertThat(new JsonObject(answer.body()).getString("code")).isEqualTo("unknown-route");
    assertThat(new JsonObject(answer.body()).getInteger("status")).isEqualTo(404);
  }

  @Test
  void a_service_with_nobody_routable_is_503_and_says_why() throws Exception {
    int port = rig.named("a").actualPort();
    rig.register("echo", "a", port);
    rig.register("echo", "b", port, 1, Role.STANDBY);
    rig.verdict("echo", "a", Health.DOWN);

    Raw.Answer answer = Raw.get(rig.port, "/echo/");

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.header("retry-after")).contains("1");
    assertThat(answer.header("hawser-error")).contains("no-instance");
    assertThat(new JsonObject(answer.body()).getString("detail"))
        .isEqualTo("echo has 2 instances: 1 down, 1 standby; none is routable");
  }

  @Test
  void a_refused_connection_goes_to_the_next_instance_and_nobody_sees_it() throws Exception {
    List<HttpServer> origins = new ArrayList<>();
    for (String name : List.of("a", "b", "c")) {
      HttpServer origin = rig.named(name);
      origins.add(origin);
      rig.register("echo", name, origin.actualPort());
    }
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    HttpRequest get =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + rig.port + "/echo/")).build();
    HttpRequest post =
        HttpRequest.newBuilder(get.uri()).POST(HttpRequest.BodyPublishers.ofString("x")).build();
    Queue<Integer> statuses = new ConcurrentLinkedQueue<>();
    for (int round = 0; round < 40; round++) {
      if (round == 10) {
        rig.close(origins.getFirst());
      }
      List<CompletableFuture<?>> all = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        // A POST is only sure to pass once the old connections are gone, so it joins in later.
        all.add(
            client
                .sendAsync(i == 0 && round > 12 ? post : get, HttpResponse.BodyHandlers.ofString())
                .thenAccept(r -> statuses.add(r.statusCode())));
      }
      CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(10, TimeUnit.SECONDS);
    }

    assertThat(statuses).hasSize(400).containsOnly(200);
    BalancerRig.until("the ejection is told", () -> !rig.events.isEmpty());
    assertThat(rig.events)
        .singleElement()
        .satisfies(
            event ->
                assertThat(event.body())
                    .isEqualTo(new InstanceEjected("echo", "a", "connection refused")));
    assertThat(rig.complaints).isNotEmpty();
  }

  @Test
  void when_nobody_can_be_reached_the_answer_says_who_was_tried() throws Exception {
    HttpServer origin = rig.named("a");
    rig.register("echo", "a", origin.actualPort());
    rig.close(origin);

    for (int i = 0; i < 3; i++) {
      Raw.Answer answer = Raw.get(rig.port, "/echo/");
      assertThat(answer.status()).isEqualTo(503);
      assertThat(new JsonObject(answer.body()).getString("detail"))
          .isEqualTo(
              "echo has 1 instance: 1 routable; none that was tried could be reached"
                  + " (a: connection refused)");
    }
  }

  @Test
  void an_ejected_instance_that_works_again_is_used_when_it_is_the_only_one() throws Exception {
    HttpServer origin = rig.named("a");
    int port = origin.actualPort();
    rig.register("echo", "a", port);
    rig.close(origin);
    assertThat(Raw.get(rig.port, "/echo/").status()).isEqualTo(503);

    HttpServer again =
        BalancerRig.await(
            rig.vertx
                .createHttpServer()
                .requestHandler(r -> r.response().end("back").onFailure(e -> {}))
                .listen(port, "127.0.0.1"));

    assertThat(again.actualPort()).isEqualTo(port);
    assertThat(Raw.get(rig.port, "/echo/").body()).isEqualTo("back");
  }

  @Test
  void a_drained_instance_gets_nothing_new() throws Exception {
    rig.register("echo", "a", rig.named("a").actualPort(), 0, Role.ACTIVE);
    rig.register("echo", "b", rig.named("b").actualPort());

    assertThat(counts("/echo/", 10)).containsOnlyKeys("b");
  }

  @Test
  void a_cookie_keeps_a_client_with_its_instance_until_that_is_gone() throws Exception {
    for (String name : List.of("a", "b", "c")) {
      rig.register("echo", name, rig.named(name).actualPort());
    }
    rig.route("sticky", "echo", "/s", Strategy.ROUND_ROBIN, Affinity.COOKIE);
    Raw.Answer first = Raw.get(rig.port, "/s/");
    String cookie = first.header("set-cookie").orElseThrow();
    String pair = "Cookie: x=y; " + cookie.substring(0, cookie.indexOf(';'));

    assertThat(cookie)
        .endsWith("; Path=/; HttpOnly; SameSite=Lax")
        .doesNotContain("=" + first.body() + ";");
    for (int i = 0; i < 10; i++) {
      Raw.Answer next = Raw.get(rig.port, "/s/", pair);
      assertThat(next.body()).isEqualTo(first.body());
      assertThat(next.header("set-cookie")).isEmpty();
    }
    rig.verdict("echo", first.body(), Health.DOWN);
    Raw.Answer moved = Raw.get(rig.port, "/s/", pair);
    assertThat(moved.body()).isNotEqualTo(first.body());
    assertThat(moved.header("set-cookie")).isPresent();
    assertThat(
            Raw.get(rig.port, "/s/", pair.substring(0, pair.length() - 2) + "zz")
                .header("set-cookie"))
        .isPresent();
  }

  @Test
  void traffic_is_sent_to_the_monitor_added_up_over_the_loops() throws Exception {
    rig.register("echo", "a", rig.named("a").actualPort());
    for (int i = 0; i < 20; i++) {
      assertThat(Raw.get(rig.port, "/echo/").status()).isEqualTo(200);
    }

    BalancerRig.until(
        "twenty requests arrive",
        () -> rig.traffic.stream().mapToLong(TrafficSlot::requests).sum() == 20);
    assertThat(rig.traffic.size()).isLessThanOrEqualTo(2);
    assertThat(rig.traffic).allSatisfy(slot -> assertThat(slot.errors()).isZero());
    assertThat(rig.counter(Meters.PROXY_REQUESTS, "service", "echo", "code", "2xx")).isEqualTo(20);
  }
}
