package io.hawser.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.bus.Addresses;
import io.hawser.model.Epoch;
import io.hawser.model.Facet.Alert;
import io.hawser.model.Facet.AlertPhase;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Incident;
import io.hawser.model.Facet.IncidentStep;
import io.hawser.model.Facet.Phase;
import io.hawser.model.Facet.Recovery;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.FailoverMessage.Operate;
import io.hawser.model.FailoverMessage.Verb;
import io.hawser.model.MonitorMessage.Sample;
import io.hawser.model.MonitorMessage.Summary;
import io.hawser.model.NodeId;
import io.hawser.model.NodeMessage.Ack;
import io.hawser.model.NodeMessage.NodeStatus;
import io.hawser.model.StorageMessage.Unavailable;
import io.hawser.testing.Await;
import io.hawser.testing.FakeMembers;
import io.hawser.testing.storage.FakeStorage;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What operators write and read: pools, routes, incidents, measurements, alerts, the cluster. */
class OperatorApiTest {
  private final TestApi api = new TestApi();

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void a_policy_is_kept_and_has_defaults() {
    String path = "/services/shop/policy";
    assertThat(api.get(path).body())
        .isEqualTo("{\"poolMinimum\":0,\"exclusive\":false,\"hooks\":[]}");
    String body =
        "{\"recovery\":{\"name\":\"process\",\"args\":{\"template\":\"echo\"}},\"poolMinimum\":2,"
            + "\"exclusive\":true,\"failback\":{\"mode\":\"auto\",\"stableMs\":5000},"
            + "\"hooks\":[{\"when\":\"before\",\"driver\":{\"name\":\"exec\",\"args\":{\"command\":\"check\"}},"
            + "\"timeoutMs\":900}]}";

    assertThat(api.put(path, body).status()).isEqualTo(201);
    assertThat(api.put(path, body).status()).isEqualTo(200);
    assertThat(api.get(path).body()).isEqualTo(body);
  }

  @Test
  void backups_are_listed_in_the_order_in_which_they_are_taken() {
    String pool = "/services/shop/backups";
    String cold =
        "{\"host\":\"h\",\"port\":1,\"mode\":\"cold\",\"driver\":{\"name\":\"webhook\",\"args\":{\"hook\":\"x\"}}}";
    assertThat(api.put(pool + "/b1", cold).status()).isEqualTo(201);
    assertThat(
            api.put(pool + "/b2", "{\"host\":\"h\",\"port\":2,\"mode\":\"warm\",\"priority\":1}")
                .status())
        .isEqualTo(201);
    api.instance("shop", "b2", Health.UP);

    JsonArray list = api.get(pool).array();
    assertThat(list.getJsonObject(0).getString("id")).isEqualTo("b2");
    assertThat(list.getJsonObject(0).getString("state")).isEqualTo("up");
    assertThat(list.getJsonObject(1).getInteger("priority")).isEqualTo(100);
    assertThat(list.getJsonObject(1).getJsonObject("driver").getString("name"))
        .isEqualTo("webhook");
    assertThat(list.getJsonObject(1).getBoolean("registered")).isFalse();
    assertThat(api.get("/services").array().getJsonObject(0).getInteger("backups")).isEqualTo(2);
    assertThat(api.delete(pool + "/b1").status()).isEqualTo(204);
    assertThat(api.get(pool + "/b1").code()).isEqualTo("unknown-backup");
  }

  @Test
  void a_route_is_kept_and_its_change_is_told() {
    assertThat(api.put("/routes/web", "{\"service\":\"shop\",\"host\":\"Shop.Example\"}").status())
        .isEqualTo(201);
    JsonObject route = api.get("/routes/web").json();

    assertThat(route.encode())
        .isEqualTo(
            "{\"name\":\"web\",\"service\":\"shop\",\"host\":\"shop.example\",\"pathPrefix\":\"/\","
                + "\"stripPrefix\":false,\"strategy\":\"two-choices\",\"affinity\":\"none\","
                + "\"affinityHeader\":\"\",\"headers\":{},\"tries\":0,\"tryTimeoutMs\":0,"
                + "\"responseTimeoutMs\":0,\"maxInFlight\":0,\"requestsPerSecond\":0,"
                + "\"clientRequestsPerSecond\":0}");
    assertThat(api.get("/routes").array()).hasSize(1);
    assertThat(api.delete("/routes/web").status()).isEqualTo(204);
    Await.until(
        "both changes are told", () -> api.get("/events?kind=RouteChanged").array().size() == 2);
  }

  /** The hands of the clock stand still unless they are turned. */
  private Reply givenUp(Supplier<Reply> request) {
    CompletableFuture<Reply> reply = CompletableFuture.supplyAsync(request);
    Await.until(
        "it is given up",
        () -> {
          api.time().advanceMs(20);
          return reply.isDone();
        });
    return reply.join();
  }

  @Test
  void without_a_quorum_nothing_is_written_and_what_is_known_is_read() {
    String web = "{\"service\":\"shop\",\"pathPrefix\":\"/web\"}";
    assertThat(api.put("/routes/web", web).status()).isEqualTo(201);
    api.storage()
        .fault((node, request) -> FakeStorage.refuse(new Unavailable(Unavailable.NO_QUORUM)));

    Reply refused = givenUp(() -> api.put("/routes/other", web));
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.code()).isEqualTo("no-quorum");
    assertThat(refused.header("Retry-After")).isEqualTo("1");
    assertThat(givenUp(() -> api.delete("/routes/web")).code()).isEqualTo("no-quorum");
    String policy = "{\"poolMinimum\":1}";
    assertThat(givenUp(() -> api.put("/services/shop/policy", policy)).status()).isEqualTo(503);
    assertThat(api.get("/routes").array()).hasSize(1);
    assertThat(api.get("/routes/web").json().getString("pathPrefix")).isEqualTo("/web");
  }

  @Test
  void an_incident_is_told_step_by_step() {
    Incident incident =
        new Incident(
            "shop",
            "s1",
            "x",
            "down",
            Phase.ACTIVATING,
            "b1",
            List.of(),
            new Epoch(3),
            Recovery.WAITING,
            1,
            1_000,
            List.of(new IncidentStep("opened", 2_000, "seen")),
            List.of("refused"),
            Optional.empty(),
            4);
    api.write(new FacetKey(Kind.INCIDENT, "shop", "i1"), incident);

    JsonObject state = api.get("/failover/state").json();
    assertThat(state.getString("manager")).isEqualTo("node-0");
    assertThat(state.getJsonArray("incidents")).hasSize(1);
    JsonObject json = api.get("/failover/incidents/i1").json();
    assertThat(json.getString("id")).isEqualTo("i1");
    assertThat(json.getString("phase")).isEqualTo("activating");
    assertThat(json.getLong("epoch")).isEqualTo(3);
    assertThat(json.getString("openedAt")).isEqualTo("1970-01-01T00:00:01Z");
    assertThat(json.getJsonArray("steps").getJsonObject(0).getLong("atMs")).isEqualTo(2_000);
    assertThat(api.get("/failover/history?service=shop").array()).hasSize(1);
    assertThat(api.get("/failover/history?service=other").array()).isEmpty();
  }

  @Test
  void orders_reach_the_manager_that_acts_and_its_refusals_come_back() {
    String who = "\"reason\":\"disk\",\"owner\":\"ann\"";
    Reply begun = api.post("/failover/shop/switchover", "{" + who + ",\"candidate\":\"s9\"}");
    assertThat(begun.status()).isEqualTo(202);
    assertThat(begun.json().getString("incident")).isEqualTo("i1");
    assertThat(api.post("/failover/shop/ack", "{" + who + "}").status()).isEqualTo(204);
    assertThat(api.orders())
        .containsExactly(
            new Operate(Verb.SWITCHOVER, "shop", "", "s9", "ann", "disk", 0),
            new Operate(Verb.ACK, "shop", "", "", "ann", "disk", 0));

    Reply refused = api.post("/failover/shop/failover", "{" + who + ",\"candidate\":\"nobody\"}");
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.json().getString("code")).isEqualTo("no-candidate");
  }

  @Test
  void the_plan_is_what_the_manager_says_and_the_state_shows_pools_that_are_short() {
    JsonObject plan = api.get("/failover/plan?service=shop").json();
    assertThat(plan.getInteger("term")).isEqualTo(4);
    JsonObject shop = plan.getJsonArray("services").getJsonObject(0);
    assertThat(shop.getJsonArray("predictions").getJsonObject(0).getString("candidate"))
        .isEqualTo("s9");
    assertThat(api.get("/failover/state").json().getJsonArray("services")).hasSize(1);
  }

  @Test
  void measurements_reach_the_monitor_and_come_back_as_a_summary() {
    List<Sample> samples = new CopyOnWriteArrayList<>();
    NodeId self = api.node().id();
    Await.result(
        api.node()
            .bus()
            .serve(
                Addresses.SAMPLES,
                self,
                s -> {
                  samples.addAll(s.samples());
                  return Future.succeededFuture(new Ack());
                }));
    Await.result(
        api.node()
            .bus()
            .serve(
                Addresses.METRIC_QUERY,
                self,
                q ->
                    Future.succeededFuture(
                        new Summary(q.labels().size(), 2, 1, 3, 2, 3, 3, 3, Double.NaN, 0.5))));

    assertThat(
            api.post("/metrics", "[{\"name\":\"rt\",\"value\":2,\"labels\":{\"a\":\"1\"}}]")
                .status())
        .isEqualTo(204);
    assertThat(samples).containsExactly(new Sample("rt", Map.of("a", "1"), 2, api.time().wallMs()));
    JsonObject summary = api.get("/metrics/rt?labels=a=1").json();
    assertThat(summary.getLong("windowMs")).isEqualTo(60_000);
    assertThat(summary.getDouble("p95")).isEqualTo(3);
    assertThat(summary.getValue("p999")).isNull();
    JsonObject nothing = api.get("/metrics/rt").json();
    assertThat(nothing.getLong("count")).isZero();
    assertThat(nothing.getValue("mean")).isNull();
  }

  @Test
  void without_a_monitor_measurements_are_not_taken() {
    api.node().members().setSelf(FakeMembers.node("node-0", "gateway"));
    assertThat(api.post("/metrics", "[{\"name\":\"rt\",\"value\":2}]").code())
        .isEqualTo("no-monitor");
    assertThat(api.get("/metrics/rt").status()).isEqualTo(503);
  }

  @Test
  void rules_receivers_and_alerts() {
    assertThat(api.put("/rules/slow", "{\"metric\":\"rt\",\"threshold\":5}").status())
        .isEqualTo(201);
    JsonObject rule = api.get("/rules/slow").json();
    assertThat(rule.getString("function")).isEqualTo("mean");
    assertThat(rule.getString("comparison")).isEqualTo("above");
    assertThat(rule.getString("severity")).isEqualTo("warning");
    assertThat(rule.getLong("windowMs")).isEqualTo(60_000);
    assertThat(api.put("/receivers/ops", "{\"url\":\"https://hooks.example/x?y=1\"}").status())
        .isEqualTo(201);
    assertThat(api.get("/receivers").array()).hasSize(1);
    api.write(FacetKey.named(Kind.ALERT, "slow"), new Alert(AlertPhase.FIRING, 7, 1_000, 2_000, 0));

    JsonObject alert = api.get("/alerts").array().getJsonObject(0);
    assertThat(alert.getString("rule")).isEqualTo("slow");
    assertThat(alert.getString("phase")).isEqualTo("firing");
    assertThat(alert.getString("firedAt")).isEqualTo("1970-01-01T00:00:02Z");
    assertThat(alert.containsKey("resolvedAt")).isFalse();
    assertThat(alert.getDouble("threshold")).isEqualTo(5);
    assertThat(api.delete("/rules/slow").status()).isEqualTo(204);
    assertThat(api.delete("/rules/slow").code()).isEqualTo("unknown-rule");
  }

  @Test
  void the_cluster_tells_which_nodes_answer() {
    NodeId self = api.node().id();
    Await.result(
        api.node()
            .bus()
            .serve(
                Addresses.NODE_STATUS,
                self,
                q ->
                    Future.succeededFuture(
                        new NodeStatus(self, 42, 1_000, Map.of("gateway", "ready")))));
    api.node().members().join(FakeMembers.node("node-9", "registry"));

    JsonArray nodes = api.get("/cluster").json().getJsonArray("nodes");
    assertThat(nodes.getJsonObject(0).getString("status")).isEqualTo("ready");
    assertThat(nodes.getJsonObject(0).getLong("pid")).isEqualTo(42);
    assertThat(nodes.getJsonObject(1).getString("id")).isEqualTo("node-9");
    assertThat(nodes.getJsonObject(1).getString("status")).isEqualTo("unknown");
  }

  @Test
  void prometheus_finds_every_instance() {
    String body =
        "{\"host\":\"::1\",\"port\":9,\"tags\":[\"a\",\"b\"],\"meta\":{\"git.sha\":\"7\"}}";
    assertThat(api.put("/services/shop/instances/s1", body).status()).isEqualTo(201);
    JsonObject target = api.get("/sd/prometheus").array().getJsonObject(0);

    assertThat(target.getJsonArray("targets")).containsExactly("[::1]:9");
    assertThat(target.getJsonObject("labels").getString("__meta_hawser_tags")).isEqualTo(",a,b,");
    assertThat(target.getJsonObject("labels").getString("__meta_hawser_meta_git_sha"))
        .isEqualTo("7");
  }
}
