package io.hawser.gateway;

import static io.hawser.gateway.ContractRules.CONTRACT;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.gateway.ContractRules.Rule;
import io.vertx.core.json.JsonObject;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Holds one exchange over HTTP against the contract. */
final class ContractCheck {
  private static final int MAX_BODY = 1_048_576;

  /** What may be answered where the contract has no operation. */
  private static final Map<Integer, List<String>> NOWHERE =
      Map.of(
          400, List.of("bad-encoding", "bad-request"),
          404, List.of("unknown-path"),
          405, List.of("method-not-allowed"));

  private ContractCheck() {}

  /** The operation that a request is for. */
  static Optional<Rule> find(String method, String path) {
    String wanted = method.equals("HEAD") ? "GET" : method;
    List<String> parts = List.of(path.split("/", -1));
    return CONTRACT.rules().stream()
        .filter(rule -> rule.method().equals(wanted) && fits(rule, parts))
        .min(java.util.Comparator.comparingInt(rule -> rule.path().split("\\{", -1).length));
  }

  private static boolean fits(Rule rule, List<String> parts) {
    String[] pattern = rule.path().split("/", -1);
    boolean rest = rule.path().equals("/api/v1/kv/{key}");
    if (rest ? parts.size() < pattern.length : parts.size() != pattern.length) {
      return false;
    }
    for (int i = 0; i < pattern.length; i++) {
      if (!pattern[i].startsWith("{") && !pattern[i].equals(parts.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** What the contract has against a request; empty when it is fine. */
  static Optional<String> refusal(Rule rule, String target, byte[] body, String type) {
    String[] pathAndQuery = target.split("\\?", 2);
    String query = pathAndQuery.length == 2 ? pathAndQuery[1] : "";
    return inPath(rule, pathAndQuery[0])
        .or(() -> inQuery(rule, query))
        .or(() -> rule.requestBody().flatMap(b -> inBody(rule, b, body, type)));
  }

  private static Optional<String> inPath(Rule rule, String path) {
    String[] pattern = rule.path().split("/", -1);
    String[] parts = path.split("/", -1);
    for (JsonObject parameter : rule.parameters("path").toList()) {
      int at = List.of(pattern).indexOf("{" + parameter.getString("name") + "}");
      boolean rest = parameter.getBoolean("x-hawser-rest", false);
      String raw = rest ? String.join("/", List.of(parts).subList(at, parts.length)) : parts[at];
      Optional<String> value = decoded(raw.replace("+", "%2B"));
      Optional<String> fault =
          value.isEmpty()
              ? Optional.of("badly encoded")
              : CONTRACT.fault(parameter.getJsonObject("schema"), value.get(), false);
      if (fault.isPresent()) {
        return fault;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> inQuery(Rule rule, String query) {
    List<String> seen = new ArrayList<>();
    for (String part : query.isEmpty() ? new String[0] : query.split("&", -1)) {
      String[] pair = part.split("=", 2);
      Optional<JsonObject> parameter =
          rule.parameters("query").filter(p -> p.getString("name").equals(pair[0])).findFirst();
      Optional<String> value = decoded(pair.length == 2 ? pair[1] : "");
      if (parameter.isEmpty() || value.isEmpty() || seen.contains(pair[0])) {
        return Optional.of("unknown, badly encoded or repeated: " + part);
      }
      seen.add(pair[0]);
      JsonObject schema = parameter.get().getJsonObject("schema");
      Optional<String> fault = CONTRACT.fault(schema, typed(schema, value.get()), false);
      if (fault.isPresent()) {
        return fault;
      }
    }
    return Optional.empty();
  }

  /** A parameter's text as what its schema wants, when it is that. */
  private static Object typed(JsonObject schema, String text) {
    Object type = CONTRACT.follow(schema).getValue("type");
    if ("integer".equals(type) && text.matches("-?\\d{1,18}")) {
      return Long.valueOf(text);
    }
    if ("boolean".equals(type) && text.matches("true|false")) {
      return Boolean.valueOf(text);
    }
    return text;
  }

  private static Optional<String> decoded(String text) {
    try {
      return Optional.of(URLDecoder.decode(text, StandardCharsets.UTF_8))
          .filter(t -> t.indexOf('\ufffd') < 0);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> inBody(Rule rule, JsonObject body, byte[] bytes, String type) {
    if (bytes.length == 0) {
      return body.getBoolean("required", false) ? Optional.of("no body") : Optional.empty();
    }
    if (rule.bodySchema().isEmpty()) {
      return bytes.length > MAX_BODY ? Optional.of("too large") : Optional.empty();
    }
    if (bytes.length > MAX_BODY || !type.matches("(?i)(application/json(;.*)?)?")) {
      return Optional.of("too large, or not JSON");
    }
    Optional<Object> value =
        ContractRules.decode(new String(bytes, StandardCharsets.UTF_8))
            .filter(v -> !new String(bytes, StandardCharsets.UTF_8).contains("\ufffd"));
    return value.isEmpty()
        ? Optional.of("no JSON")
        : CONTRACT.fault(rule.bodySchema().orElseThrow(), value.get(), false);
  }

  /** Fails when an answer is not in the contract, or a request that is not was done. */
  static void exchange(String method, String target, byte[] body, String type, Reply reply) {
    String path = target.split("\\?", 2)[0];
    String what = method + " " + target + " " + reply;
    Optional<Rule> rule = find(method, path);
    if (rule.isEmpty()) {
      if (path.startsWith("/api/")) {
        assertThat(NOWHERE).as(what).containsKey(reply.status());
        problem(what, reply);
        assertThat(NOWHERE.get(reply.status())).as(what).contains(reply.code());
      }
      return;
    }
    answer(what, rule.get(), method.equals("HEAD"), reply);
    if (!rule.get().planned()) {
      Optional<String> refusal = refusal(rule.get(), target, body, type);
      refusal.ifPresent(
          fault -> assertThat(reply.status()).as("%s%n%s", fault, what).isBetween(400, 499));
    }
  }

  private static void answer(String what, Rule rule, boolean head, Reply reply) {
    JsonObject response =
        Optional.ofNullable(rule.responses().get(String.valueOf(reply.status())))
            .or(() -> Optional.ofNullable(rule.responses().get("default")))
            .orElseThrow(() -> new AssertionError("undeclared status: " + what));
    JsonObject headers = response.getJsonObject("headers", new JsonObject());
    for (String name : headers.fieldNames()) {
      if (headers.getJsonObject(name).getBoolean("required", true)) {
        assertThat(reply.header(name)).as("%s of %s", name, what).isNotEmpty();
      }
    }
    JsonObject content = response.getJsonObject("content");
    if (content == null) {
      assertThat(reply.body()).as(what).isEmpty();
      return;
    }
    String type = reply.header("Content-Type");
    assertThat(content.fieldNames()).as(what).contains(type);
    if (head) {
      return;
    }
    Object value = type.endsWith("json") ? decode(what, reply.body()) : reply.body();
    JsonObject schema = content.getJsonObject(type).getJsonObject("schema");
    assertThat(CONTRACT.fault(schema, value, true)).as(what).isEmpty();
    if (type.equals("application/problem+json")) {
      problem(what, reply);
    }
  }

  private static void problem(String what, Reply reply) {
    assertThat(reply.header("Content-Type")).as(what).isEqualTo("application/problem+json");
    if (!reply.body().isEmpty()) {
      JsonObject schema = new JsonObject().put("$ref", "#/components/schemas/Problem");
      assertThat(CONTRACT.fault(schema, decode(what, reply.body()), true)).as(what).isEmpty();
      assertThat(reply.json().getInteger("status")).as(what).isEqualTo(reply.status());
    }
  }

  private static Object decode(String what, String body) {
    return ContractRules.decode(body).orElseThrow(() -> new AssertionError("no JSON: " + what));
  }
}
