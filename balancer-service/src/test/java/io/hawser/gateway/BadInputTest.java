package io.hawser.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Facet.Health;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is sent, the answer is a problem with a stable code, and never a 500. */
@TestInstance(Lifecycle.PER_CLASS)
class BadInputTest {
  private static final String INSTANCE = "/services/shop/instances/s1";

  private final TestApi api = new TestApi();

  @BeforeAll
  void anInstanceIsThere() {
    api.instance("known", "k1", Health.UP);
  }

  @AfterAll
  void stop() {
    api.close();
  }

  static List<BadCase> cases() {
    List<BadCase> cases = new ArrayList<>(BadRegistrations.cases());
    others(cases);
    return cases;
  }

  private static void others(List<BadCase> cases) {
    String list = "/services/shop/instances";
    cases.add(new BadCase("GET", list + "?health=bad", "", 400, "bad-parameter", ""));
    cases.add(new BadCase("GET", list + "?tag=a&tag=b", "", 400, "duplicate-parameter", ""));
    cases.add(new BadCase("GET", list + "?tga=a", "", 400, "unknown-parameter", ""));
    cases.add(new BadCase("GET", list + "?tag=%zz", "", 400, "bad-encoding", ""));
    cases.add(new BadCase("GET", list + "?zone=", "", 400, "bad-parameter", ""));
    cases.add(new BadCase("GET", list + "?" + "a&".repeat(40), "", 400, "too-many", ""));
    cases.add(new BadCase("GET", list + "?index=", "", 400, "bad-parameter", ""));
    cases.add(new BadCase("GET", list + "?wait=5h", "", 400, "bad-parameter", ""));
    cases.add(new BadCase("GET", list + "?wait=11m", "", 400, "bad-parameter", ""));
    cases.add(
        new BadCase(
            "PUT",
            INSTANCE + "?replace=maybe",
            "{\"host\":\"a\",\"port\":1}",
            400,
            "bad-parameter",
            ""));
    cases.add(new BadCase("GET", "/services/no/instances/x", "", 404, "unknown-instance", ""));
    cases.add(
        new BadCase("GET", "/services/no/instances/x/health", "", 404, "unknown-instance", ""));
    cases.add(new BadCase("DELETE", "/services/no/instances/x", "", 404, "unknown-instance", ""));
    cases.add(
        new BadCase(
            "PUT", "/services/no/instances/x/heartbeat", "{}", 404, "unknown-instance", ""));
    String beat = "/services/known/instances/k1/heartbeat";
    cases.add(
        new BadCase("PUT", beat, "{\"incarnation\":\"other\"}", 409, "instance-replaced", ""));
    cases.add(
        new BadCase(
            "PUT",
            beat,
            "{\"cpu\":1.1,\"memory\":0,\"responseTimeMs\":1}",
            400,
            "out-of-range",
            "/cpu"));
    cases.add(new BadCase("POST", "/heartbeats", "{}", 400, "wrong-type", ""));
    cases.add(
        new BadCase("POST", "/heartbeats", "[{\"service\":\"a\"}]", 400, "missing-field", "/0/id"));
    String maintenance = "/services/known/instances/k1/maintenance";
    String why = "{\"reason\":\"r\",\"owner\":\"o\",\"until\":";
    cases.add(new BadCase("PUT", maintenance, "{}", 400, "missing-field", "/until"));
    cases.add(new BadCase("PUT", maintenance, why + "\"tomorrow\"}", 400, "bad-value", "/until"));
    cases.add(
        new BadCase(
            "PUT", maintenance, why + "\"2001-01-01T00:00:00Z\"}", 400, "out-of-range", "/until"));
    cases.add(
        new BadCase(
            "PUT", maintenance, why + "\"9999-01-01T00:00:00Z\"}", 400, "out-of-range", "/until"));
    cases.add(new BadCase("DELETE", maintenance, "", 404, "unknown-maintenance", ""));
    cases.add(
        new BadCase(
            "PUT",
            "/services/shop/policy",
            "{\"fallback\":true}",
            400,
            "unknown-field",
            "/fallback"));
    cases.add(
        new BadCase(
            "PUT",
            "/services/shop/policy",
            "{\"poolMinimum\":-1}",
            400,
            "out-of-range",
            "/poolMinimum"));
    cases.add(
        new BadCase(
            "PUT",
            "/services/shop/policy",
            "{\"recovery\":{\"name\":\"shell\"}}",
            400,
            "bad-value",
            "/recovery/name"));
    cases.add(
        new BadCase(
            "PUT",
            "/services/shop/policy",
            "{\"recovery\":{\"name\":\"process\",\"args\":{\"template\":\"t\",\"command\":\"rm\"}}}",
            400,
            "bad-value",
            "/recovery/args"));
    String backup = "/services/shop/backups/b1";
    cases.add(
        new BadCase("PUT", backup, "{\"host\":\"a\",\"port\":1}", 400, "missing-field", "/mode"));
    cases.add(
        new BadCase(
            "PUT",
            backup,
            "{\"host\":\"a\",\"port\":1,\"mode\":\"cold\"}",
            400,
            "missing-field",
            "/driver"));
    cases.add(new BadCase("GET", backup, "", 404, "unknown-backup", ""));
    cases.add(new BadCase("DELETE", backup, "", 404, "unknown-backup", ""));
    cases.add(new BadCase("GET", "/routes/no", "", 404, "unknown-route", ""));
    cases.add(new BadCase("DELETE", "/routes/no", "", 404, "unknown-route", ""));
    cases.add(new BadCase("PUT", "/routes/r", "{}", 400, "missing-field", "/service"));
    cases.add(
        new BadCase(
            "PUT",
            "/routes/r",
            "{\"service\":\"a\",\"strategy\":\"round_robin\"}",
            400,
            "bad-value",
            "/strategy"));
    cases.add(
        new BadCase(
            "PUT",
            "/routes/r",
            "{\"service\":\"a\",\"retries\":3}",
            400,
            "unknown-field",
            "/retries"));
    cases.add(new BadCase("POST", "/services/no/pick", "", 404, "unknown-service", ""));
    cases.add(
        new BadCase(
            "POST",
            "/services/known/pick?strategy=two-choices&key=a",
            "",
            400,
            "bad-parameter",
            ""));
    cases.add(
        new BadCase("POST", "/services/known/pick?strategy=best", "", 400, "bad-parameter", ""));
    cases.add(
        new BadCase("POST", "/metrics", "[{\"name\":\"m\"}]", 400, "missing-field", "/0/value"));
    cases.add(
        new BadCase(
            "POST",
            "/metrics",
            "[{\"name\":\"m\",\"value\":1e999}]",
            400,
            "out-of-range",
            "/0/value"));
    cases.add(new BadCase("GET", "/metrics/m?windowMs=1", "", 400, "bad-parameter", ""));
    cases.add(new BadCase("GET", "/metrics/m?labels=a", "", 400, "bad-parameter", ""));
    cases.add(
        new BadCase("PUT", "/rules/r", "{\"metric\":\"m\"}", 400, "missing-field", "/threshold"));
    cases.add(
        new BadCase(
            "PUT",
            "/rules/r",
            "{\"metric\":\"m\",\"threshold\":1,\"function\":\"p42\"}",
            400,
            "bad-value",
            "/function"));
    cases.add(
        new BadCase("PUT", "/receivers/r", "{\"url\":\"ftp://a\"}", 400, "bad-value", "/url"));
    cases.add(
        new BadCase(
            "PUT", "/receivers/r", "{\"url\":\"http://u:p@a/\"}", 400, "bad-value", "/url"));
    cases.add(new BadCase("GET", "/failover/incidents/no", "", 404, "unknown-incident", ""));
    cases.add(new BadCase("GET", "/failover/history?limit=0", "", 400, "bad-parameter", ""));
    cases.add(new BadCase("GET", "/events?since=yesterday", "", 400, "bad-parameter", ""));
    cases.add(new BadCase("GET", "/events?kind=InstanceFaild", "", 400, "bad-parameter", ""));
    cases.add(new BadCase("GET", "/kv/some/key", "", 404, "unknown-key", ""));
    cases.add(
        new BadCase("POST", "/failover/shop/switchover", "{}", 400, "missing-field", "/owner"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void a_bad_request_is_answered_with_its_code(BadCase c) {
    Reply reply = api.send(c.method(), TestApi.API + c.path(), Map.of(), c.body());

    assertThat(reply.status()).as(reply.body()).isEqualTo(c.status());
    assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
    JsonObject problem = reply.json();
    assertThat(problem.getString("code")).as(reply.body()).isEqualTo(c.code());
    assertThat(problem.getString("pointer", "")).as(reply.body()).isEqualTo(c.pointer());
    assertThat(problem.getInteger("status")).isEqualTo(c.status());
    assertThat(problem.getString("title")).isNotBlank();
    assertThat(problem.getString("detail")).isNotBlank();
    assertThat(problem.getString("type")).isNotBlank();
  }

  @Test
  void all_that_is_wrong_is_told_at_once() {
    Reply reply = api.put(INSTANCE, "{\"port\":0,\"wieght\":2}");

    assertThat(
            reply.json().getJsonArray("errors").stream()
                .map(e -> ((JsonObject) e).getString("pointer")))
        .containsExactlyInAnyOrder("/host", "/port", "/wieght");
    assertThat(reply.body()).contains("did you mean 'weight'");
  }

  @Test
  void an_empty_body_is_malformed_json() {
    assertThat(api.put(INSTANCE, "").code()).isEqualTo("malformed-json");
  }

  @Test
  void a_body_that_is_not_utf8_is_malformed_json() {
    byte[] latin = "{\"host\":\"caf\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);
    Reply reply = api.send("PUT", TestApi.API + INSTANCE, Map.of(), latin);
    assertThat(reply.code()).isEqualTo("malformed-json");
    assertThat(reply.body()).contains("UTF-8");
  }

  @Test
  void paths_outside_of_the_api_are_left_to_others() {
    assertThat(api.send("GET", "/metrics", Map.of(), "").body()).isEqualTo("metrics");
    assertThat(api.send("GET", "/other", Map.of(), "").status()).isEqualTo(404);
    assertThat(api.send("GET", "/api/v2/services", Map.of(), "").code()).isEqualTo("unknown-path");
    assertThat(api.send("GET", "/apiary", Map.of(), "").code()).isEmpty();
  }
}
