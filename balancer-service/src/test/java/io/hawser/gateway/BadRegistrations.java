package io.hawser.gateway;

import java.util.ArrayList;
import java.util.List;

/** Registrations that are refused, and paths that are. */
final class BadRegistrations {
  private static final String INSTANCE = "/services/shop/instances/s1";

  private BadRegistrations() {}

  static List<BadCase> cases() {
    List<BadCase> cases = new ArrayList<>();
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
    field(
        cases,
        "\"meta\":{\"" + "k".repeat(129) + "\":\"v\"}",
        "bad-value",
        "/meta/" + "k".repeat(64) + "...");
    field(cases, "\"meta\":{\"k\":\"" + "v".repeat(1025) + "\"}", "bad-value", "/meta/k");
    field(cases, "\"checks\":{}", "wrong-type", "/checks");
    field(cases, "\"checks\":[7]", "wrong-type", "/checks/0");
    field(cases, "\"checks\":[{}]", "missing-field", "/checks/0/type");
    field(cases, "\"checks\":[{\"type\":\"icmp\"}]", "bad-value", "/checks/0/type");
    field(cases, "\"checks\":[{\"type\":\"tcp\",\"path\":\"/\"}]", "bad-value", "/checks/0/path");
    field(cases, "\"checks\":[{\"type\":\"http\",\"path\":\"x\"}]", "bad-value", "/checks/0/path");
    field(
        cases, "\"checks\":[{\"type\":\"http\",\"path\":\"/a b\"}]", "bad-value", "/checks/0/path");
    field(
        cases,
        "\"checks\":[{\"type\":\"http\",\"intervalMs\":99}]",
        "out-of-range",
        "/checks/0/intervalMs");
    field(
        cases,
        "\"checks\":[{\"type\":\"http\",\"timeoutMs\":9}]",
        "out-of-range",
        "/checks/0/timeoutMs");
    field(cases, "\"checks\":[{\"type\":\"http\",\"fall\":0}]", "out-of-range", "/checks/0/fall");
    paths(cases);
    return cases;
  }

  private static void registration(List<BadCase> cases, String body, String code, String pointer) {
    cases.add(new BadCase("PUT", INSTANCE, body, 400, code, pointer));
  }

  private static void field(List<BadCase> cases, String field, String code, String pointer) {
    registration(cases, "{\"host\":\"a\",\"port\":1," + field + "}", code, pointer);
  }

  private static void paths(List<BadCase> cases) {
    String good = "{\"host\":\"a\",\"port\":1}";
    for (String name :
        List.of(
            "%00",
            "a%0a",
            "a%20b",
            "-x",
            "..",
            "%2e%2e",
            "a%2Fb",
            "a%252Fb",
            "x".repeat(129),
            "%C3%A9",
            "")) {
      cases.add(
          new BadCase("PUT", "/services/" + name + "/instances/s1", good, 400, "bad-name", ""));
    }
    for (String name : List.of("%zz", "%", "%4", "%ff", "%c3%28")) {
      cases.add(
          new BadCase("PUT", "/services/shop/instances/" + name, good, 400, "bad-encoding", ""));
    }
    cases.add(new BadCase("GET", "/nothing", "", 404, "unknown-path", ""));
    cases.add(new BadCase("GET", "/services/", "", 404, "unknown-path", ""));
    cases.add(new BadCase("GET", "//services", "", 404, "unknown-path", ""));
    cases.add(new BadCase("GET", "/services/a/b/c/d/e/f", "", 404, "unknown-path", ""));
    cases.add(new BadCase("GET", "/services/../services", "", 404, "unknown-path", ""));
    cases.add(new BadCase("GET", "/x".repeat(200), "", 404, "unknown-path", ""));
  }
}
