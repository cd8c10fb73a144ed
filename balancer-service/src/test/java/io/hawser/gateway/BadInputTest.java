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

  record Case(String method, String path, String body, int status, String code, String pointer) {
    @Override
    public String toString() {
      String shown = body.length() > 70 ? body.substring(0, 70) + "..." : body;
      return method + " " + path + " " + shown + " is " + status + " " + code;
    }
  }

  @BeforeAll
  void anInstanceIsThere() {
    api.instance("known", "k1", Health.UP);
  }

  @AfterAll
  void stop() {
    api.close();
  }

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    registration(cases, "{", "malformed-json", "");
    registration(cases, "{\"host\":\"a\",}", "malformed-json", "");
    registration(cases, "{\"host\":\"a\",\"host\":\"b\",\"port\":1}", "malformed-json", "");
    registration(cases, "{\"host\":\"a\",\"port\":1} x", "malformed-json", "");
    registration(cases, "{/* hi */}", "malformed-json", "");
    registration(cases, "{\"host\":NaN}", "malformed-json", "");
    registration(cases, "[".repeat(100), "malformed-json", "");
    registration(cases, "[]", "wrong-type", "");
    registration(cases, "null", "wrong-type", "");
    registration(cases, "\"text\"", "wrong-type", "");
    registration(cases, "{}", "missing-field", "/host");
    registration(cases, "{\"host\":null,\"port\":1}", "missing-field", "/host");
    registration(cases, "{\"host\":\"a\"}", "missing-field", "/port");
    registration(cases, "{\"host\":7,\"port\":1}", "wrong-type", "/host");
    registration(cases, "{\"host\":\"\",\"port\":1}", "bad-value", "/host");
    registration(cases, "{\"host\":\"a b\",\"port\":1}", "bad-value", "/host");
    registration(cases, "{\"host\":\"a\\u0000\",\"port\":1}", "bad-value", "/host");
    registration(cases, "{\"host\":\"a\\r\\nX: y\",\"port\":1}", "bad-value", "/host");
    registration(cases, "{\"host\":\"http://a\",\"port\":1}", "bad-value", "/host");
    registration(cases, "{\"host\":\"0.0.0.0\",\"port\":1}", "bad-value", "/host");
    registration(cases, "{\"host\":\"" + "a".repeat(256) + "\",\"port\":1}", "bad-value", "/host");
    for (String port : List.of("0", "-1", "65536", "1e400", "99999999999999999999999999")) {
      registration(cases, "{\"host\":\"a\",\"port\":" + port + "}", "out-of-range", "/port");
    }
    registration(cases, "{\"host\":\"a\",\"port\":1.5}", "wrong-type", "/port");
    registration(cases, "{\"host\":\"a\",\"port\":\"80\"}", "wrong-type", "/port");
    registration(cases, "{\"host\":\"a\",\"port\":true}", "wrong-type", "/port");
    field(cases, "\"prot\":1", "unknown-field", "/prot");
    field(cases, "\"a/b~c\":1", "unknown-field", "/a~1b~0c");
    field(cases, "\"weight\":-1", "out-of-range", "/weight");
    field(cases, "\"weight\":1001", "out-of-range", "/weight");
    field(cases, "\"ttlMs\":0", "out-of-range", "/ttlMs");
    field(cases, "\"ttlMs\":499", "out-of-range", "/ttlMs");
    field(cases, "\"ttlMs\":86400001", "out-of-range", "/ttlMs");
    field(cases, "\"role\":\"ACTIVE\"", "bad-value", "/role");
    field(cases, "\"role\":\"standbye\"", "bad-value", "/role");
    field(cases, "\"zone\":\"a b\"", "bad-value", "/zone");
    field(cases, "\"incarnation\":\"\"", "bad-value", "/incarnation");
    field(cases, "\"tags\":\"a\"", "wrong-type", "/tags");
    field(cases, "\"tags\":[\"a\",7]", "wrong-type", "/tags/1");
    field(cases, "\"tags\":[null]", "wrong-type", "/tags/0");
    field(cases, "\"tags\":[" + "\"t\",".repeat(64) + "\"t\"]", "too-many", "/tags");
    field(cases, "\"meta\":[]", "wrong-type", "/meta");
    field(cases, "\"meta\":{\"k\":1}", "wrong-type", "/meta/k");
    field(cases, "\"meta\":{\"k\":\"\\ud800\"}", "bad-value", "/meta/k");
    field(cases, "\"meta\":{\"" + "k".repeat(129) + "\":\"v\"}", "bad-value", "/meta/" + "k".repeat(64) + "...");
    field(cases, "\"meta\":{\"k\":\"" + "v".repeat(1025) + "\"}", "bad-value", "/meta/k");
    field(cases, "\"checks\":{}", "wrong-type", "/checks");
    field(cases, "\"checks\":[7]", "wrong-type", "/checks/0");
    field(cases, "\"checks\":[{}]", "missing-field", "/checks/0/type");
    field(cases, "\"checks\":[{\"type\":\"icmp\"}]", "bad-value", "/checks/0/type");
    field(cases, "\"checks\":[{\"type\":\"tcp\",\"path\":\"/\"}]", "bad-value", "/checks/0/path");
    field(cases, "\"checks\":[{\"type\":\"http\",\"path\":\"x\"}]", "bad-value", "/checks/0/path");
    field(cases, "\"checks\":[{\"type\":\"http\",\"path\":\"/a b\"}]", "bad-value", "/checks/0/path");
    field(cases, "\"checks\":[{\"type\":\"http\",\"intervalMs\":99}]", "out-of-range", "/checks/0/intervalMs");
    field(cases, "\"checks\":[{\"type\":\"http\",\"timeoutMs\":9}]", "out-of-range", "/checks/0/timeoutMs");
    field(cases, "\"checks\":[{\"type\":\"http\",\"fall\":0}]", "out-of-range", "/checks/0/fall");
    paths(cases);
    others(cases);
    return cases;
  }

  private static void registration(List<Case> cases, String body, String code, String pointer) {
    cases.add(new Case("PUT", INSTANCE, body, 400, code, pointer));
  }

  private static void field(List<Case> cases, String field, String code, String pointer) {
    registration(cases, "{\"host\":\"a\",\"port\":1," + field + "}", code, pointer);
  }

  private static void paths(List<Case> cases) {
    String good = "{\"host\":\"a\",\"port\":1}";
    for (String name : List.of("%00", "a%0a", "a%20b", "-x", "..", "%2e%2e", "a%2Fb", "a%252Fb", "x".repeat(129), "%C3%A9", "")) {
      cases.add(new Case("PUT", "/services/" + name + "/instances/s1", good, 400, "bad-name", ""));
    }
    for (String name : List.of("%zz", "%", "%4", "%ff", "%c3%28")) {
      cases.add(new Case("PUT", "/services/shop/instances/" + name, good, 400, "bad-encoding", ""));
    }
    cases.add(new Case("GET", "/nothing", "", 404, "unknown-path", ""));
    cases.add(new Case("GET", "/services/", "", 404, "unknown-path", ""));
    cases.add(new Case("GET", "//services", "", 404, "unknown-path", ""));
    cases.add(new Case("GET", "/services/a/b/c/d/e/f", "", 404, "unknown-path", ""));
    cases.add(new Case("GET", "/services/../services", "", 404, "unknown-path", ""));
    cases.add(new Case("GET", "/x".repeat(200), "", 404, "unknown-path", ""));
  }

  private static void others(List<Case> cases) {
    String list = "/services/shop/instances";
    cases.add(new Case("GET", list + "?health=bad", "", 400, "bad-parameter", ""));
    cases.add(new Case("GET", list + "?tag=a&tag=b", "", 400, "duplicate-parameter", ""));
    cases.add(new Case("GET", list + "?tga=a", "", 400, "unknown-parameter", ""));
    cases.add(new Case("GET", list + "?tag=%zz", "", 400, "bad-encoding", ""));
    cases.add(new Case("GET", list + "?zone=", "", 400, "bad-parameter", ""));
    cases.add(new Case("GET", list + "?" + "a&".repeat(40), "", 400, "too-many", ""));
    cases.add(new Case("GET", list + "?index=1", "", 501, "not-implemented", ""));
    cases.add(new Case("GET", list + "?wait=5s", "", 501, "not-implemented", ""));
    cases.add(new Case("PUT", INSTANCE + "?replace=maybe", "{\"host\":\"a\",\"port\":1}", 400, "bad-parameter", ""));
    cases.add(new Case("GET", "/services/no/instances/x", "", 404, "unknown-instance", ""));
    cases.add(new Case("GET", "/services/no/instances/x/health", "", 404, "unknown-instance", ""));
    cases.add(new Case("DELETE", "/services/no/instances/x", "", 404, "unknown-instance", ""));
    cases.add(new Case("PUT", "/services/no/instances/x/heartbeat", "{}", 404, "unknown-instance", ""));
    String beat = "/services/known/instances/k1/heartbeat";
    cases.add(new Case("PUT", beat, "{\"incarnation\":\"other\"}", 409, "instance-replaced", ""));
    cases.add(new Case("PUT", beat, "{\"cpu\":1.1,\"memory\":0,\"responseTimeMs\":1}", 400, "out-of-range", "/cpu"));
    cases.add(new Case("PUT", beat, "{\"cpu\":0.1}", 400, "missing-field", "/memory"));
    cases.add(new Case("POST", "/heartbeats", "{}", 400, "wrong-type", ""));
    cases.add(new Case("POST", "/heartbeats", "[{\"service\":\"a\"}]", 400, "missing-field", "/0/id"));
    String maintenance = "/services/known/instances/k1/maintenance";
    String why = "{\"reason\":\"r\",\"owner\":\"o\",\"until\":";
    cases.add(new Case("PUT", maintenance, "{}", 400, "missing-field", "/until"));
    cases.add(new Case("PUT", maintenance, why + "\"tomorrow\"}", 400, "bad-value", "/until"));
    cases.add(new Case("PUT", maintenance, why + "\"2001-01-01T00:00:00Z\"}", 400, "out-of-range", "/until"));
    cases.add(new Case("PUT", maintenance, why + "\"9999-01-01T00:00:00Z\"}", 400, "out-of-range", "/until"));
    cases.add(new Case("DELETE", maintenance, "", 404, "unknown-maintenance", ""));
    cases.add(new Case("PUT", "/services/shop/policy", "{\"failback\":true}", 400, "unknown-field", "/failback"));
    cases.add(new Case("PUT", "/services/shop/policy", "{\"poolMinimum\":-1}", 400, "out-of-range", "/poolMinimum"));
    cases.add(new Case("PUT", "/services/shop/policy", "{\"recovery\":{\"name\":\"exec\"}}", 400, "bad-value", "/recovery/name"));
    cases.add(new Case("PUT", "/services/shop/policy", "{\"recovery\":{\"name\":\"process\",\"args\":{\"template\":\"t\",\"command\":\"rm\"}}}", 400, "bad-value", "/recovery/args"));
    String backup = "/services/shop/backups/b1";
    cases.add(new Case("PUT", backup, "{\"host\":\"a\",\"port\":1}", 400, "missing-field", "/mode"));
    cases.add(new Case("PUT", backup, "{\"host\":\"a\",\"port\":1,\"mode\":\"cold\"}", 400, "missing-field", "/driver"));
    cases.add(new Case("GET", backup, "", 404, "unknown-backup", ""));
    cases.add(new Case("DELETE", backup, "", 404, "unknown-backup", ""));
    cases.add(new Case("GET", "/routes/no", "", 404, "unknown-route", ""));
    cases.add(new Case("DELETE", "/routes/no", "", 404, "unknown-route", ""));
    cases.add(new Case("PUT", "/routes/r", "{}", 400, "missing-field", "/service"));
    cases.add(new Case("PUT", "/routes/r", "{\"service\":\"a\",\"strategy\":\"round_robin\"}", 400, "bad-value", "/strategy"));
    cases.add(new Case("PUT", "/routes/r", "{\"service\":\"a\",\"retries\":3}", 400, "unknown-field", "/retries"));
    cases.add(new Case("POST", "/services/no/pick", "", 404, "unknown-service", ""));
    cases.add(new Case("POST", "/services/known/pick?strategy=dynamic-score", "", 501, "not-implemented", ""));
    cases.add(new Case("POST", "/services/known/pick?strategy=best", "", 400, "bad-parameter", ""));
    cases.add(new Case("POST", "/metrics", "[{\"name\":\"m\"}]", 400, "missing-field", "/0/value"));
    cases.add(new Case("POST", "/metrics", "[{\"name\":\"m\",\"value\":1e999}]", 400, "out-of-range", "/0/value"));
    cases.add(new Case("GET", "/metrics/m?windowMs=1", "", 400, "bad-parameter", ""));
    cases.add(new Case("GET", "/metrics/m?labels=a", "", 400, "bad-parameter", ""));
    cases.add(new Case("PUT", "/rules/r", "{\"metric\":\"m\"}", 400, "missing-field", "/threshold"));
    cases.add(new Case("PUT", "/rules/r", "{\"metric\":\"m\",\"threshold\":1,\"function\":\"p42\"}", 400, "bad-value", "/function"));
    cases.add(new Case("PUT", "/receivers/r", "{\"url\":\"ftp://a\"}", 400, "bad-value", "/url"));
    cases.add(new Case("PUT", "/receivers/r", "{\"url\":\"http://u:p@a/\"}", 400, "bad-value", "/url"));
    cases.add(new Case("GET", "/failover/incidents/no", "", 404, "unknown-incident", ""));
    cases.add(new Case("GET", "/failover/history?limit=0", "", 400, "bad-parameter", ""));
    cases.add(new Case("GET", "/events?since=yesterday", "", 400, "bad-parameter", ""));
    cases.add(new Case("GET", "/events?kind=InstanceFaild", "", 400, "bad-parameter", ""));
    cases.add(new Case("GET", "/kv/some/key", "", 501, "not-implemented", ""));
    cases.add(new Case("POST", "/failover/shop/switchover", "{}", 501, "not-implemented", ""));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void a_bad_request_is_answered_with_its_code(Case c) {
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

    assertThat(reply.json().getJsonArray("errors").stream().map(e -> ((JsonObject) e).getString("pointer")))
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
