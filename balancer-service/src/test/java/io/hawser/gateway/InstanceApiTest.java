package io.hawser.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.bus.client.RegistryClient;
import io.hawser.model.BalancerMessage.AskPick;
import io.hawser.model.Epoch;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.RoleRecord;
import io.hawser.model.Facet.Strategy;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.InstanceKey;
import io.hawser.model.RegistryMessage.Load;
import io.hawser.testing.Await;
import io.hawser.testing.FakeMembers;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Services, instances, beats, picks. */
class InstanceApiTest {
  private static final String LIST = "/services/shop/instances";
  private static final String S1 = LIST + "/s1";

  private final TestApi api = new TestApi();

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void an_instance_gets_the_defaults_of_the_contract() {
    Reply reply = api.put(S1, "{\"host\":\"10.0.0.7\",\"port\":8081.0}");

    assertThat(reply.status()).isEqualTo(201);
    JsonObject instance = reply.json();
    assertThat(instance.getString("service")).isEqualTo("shop");
    assertThat(instance.getString("id")).isEqualTo("s1");
    assertThat(instance.getInteger("port")).isEqualTo(8081);
    assertThat(instance.getString("incarnation")).isEqualTo("10.0.0.7:8081");
    assertThat(instance.getInteger("weight")).isEqualTo(1);
    assertThat(instance.getString("zone")).isEqualTo("default");
    assertThat(instance.getString("role")).isEqualTo("active");
    assertThat(instance.getString("health")).isEqualTo("starting");
    assertThat(instance.getString("state")).isEqualTo("starting");
    assertThat(instance.getBoolean("routable")).isFalse();
    assertThat(instance.getJsonArray("tags")).isEmpty();
    assertThat(instance.getJsonObject("meta").isEmpty()).isTrue();
    assertThat(instance.containsKey("ttlMs")).isFalse();
    assertThat(instance.getJsonArray("checks").getJsonObject(0).encode())
        .isEqualTo(
            "{\"type\":\"tcp\",\"path\":\"\",\"intervalMs\":1000,\"timeoutMs\":1000,\"fall\":3,\"rise\":2}");
  }

  @Test
  void everything_that_is_said_of_an_instance_is_kept() {
    String body =
        """
        {"host":"::1","port":1,"incarnation":"7-x","weight":0,"zone":"a","tags":["blue"],"meta":{"pid":"7"},
         "role":"standby","ttlMs":500,"checks":[{"type":"http"}]}
        """;
    JsonObject instance = api.put(S1, body).json();

    assertThat(instance.getString("incarnation")).isEqualTo("7-x");
    assertThat(instance.getString("role")).isEqualTo("standby");
    assertThat(instance.getInteger("ttlMs")).isEqualTo(500);
    assertThat(instance.getJsonObject("meta").getString("pid")).isEqualTo("7");
    assertThat(instance.getJsonArray("checks").getJsonObject(0).getString("path")).isEqualTo("/");
    assertThat(api.get(S1).json()).isEqualTo(instance);
  }

  @Test
  void a_second_registration_renews_and_another_incarnation_conflicts() {
    String body = "{\"host\":\"a\",\"port\":1}";
    assertThat(api.put(S1, body).status()).isEqualTo(201);
    assertThat(api.put(S1, body).status()).isEqualTo(200);

    Reply conflict = api.put(S1, "{\"host\":\"b\",\"port\":1}");
    assertThat(conflict.status()).isEqualTo(409);
    assertThat(conflict.code()).isEqualTo("instance-conflict");
    assertThat(api.put(S1 + "?replace=true", "{\"host\":\"b\",\"port\":1}").status())
        .isEqualTo(200);
  }

  @Test
  void an_instance_that_is_deregistered_is_gone() {
    api.instance("shop", "s1", Health.UP);
    Reply gone = api.delete(S1);

    assertThat(gone.status()).isEqualTo(204);
    assertThat(gone.body()).isEmpty();
    assertThat(api.get(S1).status()).isEqualTo(404);
    assertThat(api.delete(S1).code()).isEqualTo("unknown-instance");
  }

  @Test
  void without_a_registry_nothing_is_written() {
    api.node().members().setSelf(FakeMembers.node("node-0", "gateway"));
    Reply reply = api.put(S1, "{\"host\":\"a\",\"port\":1}");

    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.code()).isEqualTo("no-registry");
    assertThat(reply.header("Retry-After")).isEqualTo("1");
  }

  @Test
  void a_registry_that_does_not_answer_leaves_the_outcome_unknown() {
    api.node().members().setSelf(FakeMembers.node("node-0", "gateway"));
    api.node().members().join(FakeMembers.node("node-9", RegistryClient.ROLE));

    assertThat(api.put(S1, "{\"host\":\"a\",\"port\":1}").code()).isEqualTo("unknown-outcome");
    assertThat(api.delete(S1).status()).isEqualTo(503);
  }

  @Test
  void a_list_has_what_can_be_used_unless_all_is_asked_for() {
    api.instance("shop", "s1", Health.UP);
    api.instance("shop", "s2", Health.DOWN);
    api.instance("shop", "s3", Health.SUSPECT);
    api.instance("shop", "s4", Health.UP);
    FacetKey role = FacetKey.of(Kind.ROLE, new InstanceKey("shop", "s4"));
    api.write(role, new RoleRecord(Role.STANDBY, new Epoch(1), "", ""));

    assertThat(ids(api.get(LIST))).containsExactly("s1", "s3");
    assertThat(ids(api.get(LIST + "?health=any"))).containsExactly("s1", "s2", "s3", "s4");
    assertThat(api.get("/services/none/instances").array()).isEmpty();
  }

  @Test
  void a_list_is_narrowed_by_tag_and_zone() {
    Reply unused = api.put(S1, "{\"host\":\"a\",\"port\":1,\"tags\":[\"blue\"],\"zone\":\"z1\"}");
    unused = api.put(LIST + "/s2", "{\"host\":\"a\",\"port\":2,\"tags\":[\"red\",\"blue\"]}");

    assertThat(ids(api.get(LIST + "?health=any&tag=blue"))).containsExactly("s1", "s2");
    assertThat(ids(api.get(LIST + "?health=any&tag=red"))).containsExactly("s2");
    assertThat(ids(api.get(LIST + "?health=any&zone=z1"))).containsExactly("s1");
  }

  @Test
  void the_index_of_a_service_changes_with_it_alone() {
    api.instance("shop", "s1", Health.STARTING);
    String before = api.get(LIST).header("X-Hawser-Index");
    api.instance("other", "o1", Health.UP);
    assertThat(api.get(LIST).header("X-Hawser-Index")).isEqualTo(before).isNotEmpty();
    api.verdict("shop", "s1", Health.UP);
    assertThat(api.get(LIST).header("X-Hawser-Index")).isNotEqualTo(before);
  }

  private static List<String> ids(Reply reply) {
    JsonArray array = reply.array();
    return IntStream.range(0, array.size())
        .mapToObj(i -> array.getJsonObject(i).getString("id"))
        .toList();
  }

  @Test
  void services_are_counted_by_health() {
    api.instance("shop", "s1", Health.UP);
    api.instance("shop", "s2", Health.DOWN);
    JsonObject shop = api.get("/services").array().getJsonObject(0);

    assertThat(shop.getString("service")).isEqualTo("shop");
    assertThat(shop.getInteger("instances")).isEqualTo(2);
    assertThat(shop.getInteger("routable")).isEqualTo(1);
    assertThat(shop.getJsonObject("health").encode())
        .isEqualTo("{\"starting\":0,\"up\":1,\"suspect\":0,\"down\":1,\"recovering\":0}");
  }

  @Test
  void a_verdict_is_told_with_its_evidence() {
    api.instance("shop", "s1", Health.DOWN);
    JsonObject health = api.get(S1 + "/health").json();

    assertThat(health.getString("health")).isEqualTo("down");
    assertThat(health.getString("reason")).isEqualTo("seen");
    assertThat(health.getString("observer")).isEqualTo("node-0");
    assertThat(health.getJsonArray("evidence")).containsExactly("a check");
    assertThat(health.getString("since")).isEqualTo("2023-11-14T22:13:20Z");
  }

  @Test
  void maintenance_takes_an_instance_out_until_it_ends() {
    api.instance("shop", "s1", Health.UP);
    String body = "{\"reason\":\"disk\",\"owner\":\"ann\",\"until\":\"2023-11-15T00:00:00+01:00\"}";
    JsonObject instance = api.put(S1 + "/maintenance", body).json();

    assertThat(instance.getString("state")).isEqualTo("maintenance");
    assertThat(instance.getString("health")).isEqualTo("up");
    assertThat(instance.getJsonObject("maintenance").getString("until"))
        .isEqualTo("2023-11-14T23:00:00Z");
    assertThat(api.get(LIST).array()).isEmpty();
    assertThat(api.delete(S1 + "/maintenance").status()).isEqualTo(204);
    assertThat(api.get(LIST).array()).hasSize(1);
    assertThat(api.put(LIST + "/no/maintenance", body).code()).isEqualTo("unknown-instance");
  }

  // ---- beats

  @Test
  void beats_are_passed_on_with_their_load() {
    api.instance("shop", "s1", Health.UP);
    Reply reply = api.put(S1 + "/heartbeat", "{\"cpu\":0.5,\"memory\":0.25,\"responseTimeMs\":12}");

    assertThat(reply.status()).isEqualTo(204);
    Await.until("the beat arrives", () -> !api.beats().isEmpty());
    assertThat(api.beats().getFirst().incarnation()).isEqualTo("127.0.0.1:9001");
    assertThat(api.beats().getFirst().load()).contains(new Load(0.5, 0.25, 12));
  }

  @Test
  void a_beat_needs_no_body() {
    api.instance("shop", "s1", Health.UP);
    assertThat(api.put(S1 + "/heartbeat", "").status()).isEqualTo(204);
  }

  @Test
  void many_beats_travel_in_one_message_and_the_refused_are_named() {
    api.instance("shop", "s1", Health.UP);
    api.instance("shop", "s2", Health.UP);
    Reply reply =
        api.post(
            "/heartbeats",
            """
            [{"service":"shop","id":"s1"},{"service":"shop","id":"s2"},{"service":"shop","id":"s3"},
             {"service":"shop","id":"s1","incarnation":"old"}]
            """);

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.json().getInteger("accepted")).isEqualTo(2);
    JsonArray refused = reply.json().getJsonArray("refused");
    assertThat(refused.getJsonObject(0).getString("code")).isEqualTo("unknown-instance");
    assertThat(refused.getJsonObject(1).getString("code")).isEqualTo("instance-replaced");
    Await.until("the beats arrive", () -> api.beats().size() == 2);
    assertThat(api.beatMessages()).isEqualTo(1);
  }

  // ---- pick

  @Test
  void picks_go_round_the_routable_ones() {
    api.instance("shop", "s1", Health.UP);
    api.instance("shop", "s2", Health.DOWN);
    api.instance("shop", "s3", Health.UP);

    assertThat(List.of(pick(""), pick(""), pick(""))).containsExactly("s1", "s3", "s1");
  }

  @Test
  void a_key_sticks_to_its_instance() {
    IntStream.range(0, 5).forEach(i -> api.instance("shop", "s" + i, Health.UP));
    String first = pick("?key=ann");

    assertThat(List.of(pick("?key=ann"), pick("?key=ann"))).containsOnly(first);
    assertThat(IntStream.range(0, 20).mapToObj(i -> pick("?key=" + i)).distinct().count())
        .isGreaterThan(1);
  }

  @Test
  void a_service_of_which_nothing_works_is_503() {
    api.instance("shop", "s1", Health.DOWN);
    Reply reply = api.post("/services/shop/pick", "");

    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.code()).isEqualTo("no-instance");
  }

  @Test
  void what_only_a_balancer_knows_is_asked_of_one() {
    api.instance("shop", "s1", Health.UP);
    api.instance("shop", "s2", Health.UP);
    for (String strategy :
        List.of("least-connections", "dynamic-score", "two-choices", "peak-ewma")) {
      assertThat(pick("?strategy=" + strategy)).isEqualTo("s2");
    }
    assertThat(pick("?strategy=consistent-hash&key=ann")).isEqualTo("s2");
    assertThat(api.picks())
        .extracting(AskPick::strategy)
        .containsExactly(
            Strategy.LEAST_CONNECTIONS,
            Strategy.DYNAMIC_SCORE,
            Strategy.TWO_CHOICES,
            Strategy.PEAK_EWMA,
            Strategy.CONSISTENT_HASH);
    assertThat(api.picks().getLast().key()).isEqualTo("ann");
    api.node().members().setSelf(FakeMembers.node("node-0", "gateway"));
    assertThat(api.post("/services/shop/pick?strategy=peak-ewma", "").code())
        .isEqualTo("no-balancer");
  }

  @Test
  void of_what_does_not_work_the_balancer_picks_nobody() {
    api.instance("shop", "s1", Health.DOWN);
    Reply reply = api.post("/services/shop/pick?strategy=two-choices", "");
    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.code()).isEqualTo("no-instance");
  }

  private String pick(String query) {
    return api.post("/services/shop/pick" + query, "").json().getString("id");
  }
}
