package io.hawser.gateway;

import static io.hawser.gateway.ContractRules.CONTRACT;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.bus.Addresses;
import io.hawser.gateway.ContractRules.Rule;
import io.hawser.model.Epoch;
import io.hawser.model.Facet.Alert;
import io.hawser.model.Facet.AlertPhase;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Incident;
import io.hawser.model.Facet.Phase;
import io.hawser.model.Facet.Recovery;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.MonitorMessage.Summary;
import io.hawser.model.NodeId;
import io.hawser.model.NodeMessage.Ack;
import io.hawser.testing.Await;
import io.vertx.core.Future;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every operation, with requests that are made from the contract: the gateway does what it says is
 * good, and refuses what it says is bad. The client of these tests holds the answers against it.
 */
@TestInstance(Lifecycle.PER_CLASS)
class ContractExchangeTest {
  private static final String UNTIL = "2023-11-15T12:00:00Z";

  private final TestApi api = new TestApi();

  @BeforeAll
  void everythingThatIsAskedForIsThere() {
    NodeId self = api.node().id();
    api.write(
        new FacetKey(Kind.INCIDENT, "shop", "s1"),
        new Incident(
            "shop",
            "s1",
            "x",
            "down",
            Phase.OPENED,
            "",
            List.of(),
            new Epoch(1),
            Recovery.NONE,
            0,
            1,
            List.of(),
            List.of(),
            Optional.empty(),
            0));
    api.write(FacetKey.named(Kind.ALERT, "n1"), new Alert(AlertPhase.FIRING, 7, 1, 2, 0));
    Await.result(
        api.node().bus().serve(Addresses.SAMPLES, self, s -> Future.succeededFuture(new Ack())));
    Await.result(
        api.node()
            .bus()
            .serve(
                Addresses.METRIC_QUERY,
                self,
                q -> Future.succeededFuture(new Summary(1, 1, 1, 1, 1, 1, 1, 1, 1, 1))));
  }

  @BeforeEach
  void theInstanceIsAsNew() {
    Reply unused = api.delete("/services/shop/instances/s1/maintenance");
    unused = api.delete("/services/shop/instances/s1");
    api.instance("shop", "s1", Health.UP);
    api.storage().endLease("n1");
  }

  @AfterAll
  void stop() {
    api.close();
  }

  private static Stream<Rule> built() {
    return CONTRACT.rules().stream().filter(r -> !r.planned() && !r.servedByNode());
  }

  private static String path(Rule rule) {
    String path =
        rule.path()
            .replace("{service}", "shop")
            .replace("{id}", "s1")
            .replace("{name}", "n1")
            .replace("{group}", "meta")
            .replace("{key}", "a/b");
    return rule.id().equals("registerInstance") ? path + "?replace=true" : path;
  }

  private static List<Object> examples(JsonObject schema) {
    List<Object> examples = new ArrayList<>();
    CONTRACT.follow(schema).getJsonArray("examples").forEach(examples::add);
    for (Object example : examples) {
      if (example instanceof JsonObject object && object.containsKey("until")) {
        object.put("until", UNTIL);
      }
    }
    return examples;
  }

  private Reply send(Rule rule, String path, String body) {
    // A stream has no end to wait for.
    boolean stream = Set.of("streamEvents", "watchKeys").contains(rule.id());
    String method = stream ? "HEAD" : rule.method();
    return api.send(method, path, Map.of(), body);
  }

  /** The one node that there is. */
  private String self() {
    return api.node().id().value();
  }

  @Test
  void every_operation_does_what_its_example_asks_for() {
    Set<String> done = new LinkedHashSet<>();
    AtomicLong epoch = new AtomicLong();
    for (String method : List.of("POST", "PUT", "GET", "DELETE")) {
      built()
          .filter(rule -> rule.method().equals(method))
          .forEach(
              rule -> {
                String body =
                    rule.bodySchema()
                        .map(s -> Json.encode(examples(s).getFirst()))
                        .orElse("")
                        .replace("\"epoch\":17", "\"epoch\":" + epoch.get())
                        .replace("\"node\":\"node-1\"", "\"node\":\"" + self() + "\"");
                if (rule.id().equals("forgetRegistryNode")) {
                  // One that is gone, of the name that the examples have.
                  api.storage().registry(List.of(new NodeId("s1")));
                }
                Reply reply = send(rule, path(rule), body);
                if (rule.id().equals("takeLease")) {
                  epoch.set(reply.json().getLong("epoch"));
                }
                if (rule.id().equals("registerInstance")) {
                  api.verdict("shop", "s1", Health.UP);
                }
                assertThat(reply.status()).as(rule.id() + " " + reply).isBetween(200, 299);
                boolean unused = done.add(rule.id());
              });
    }
    assertThat(done).hasSameSizeAs(built().toList());
  }

  @Test
  void what_is_not_there_yet_says_so_whatever_is_sent() {
    for (Rule rule : CONTRACT.rules().stream().filter(Rule::planned).toList()) {
      for (String body : List.of("", "{}", "{")) {
        Reply reply =
            send(rule, path(rule) + "?some=thing", rule.method().equals("GET") ? "" : body);
        assertThat(reply.code()).as(rule.id()).isEqualTo("not-implemented");
      }
    }
  }

  static Stream<String> operationsWithBodies() {
    return built().filter(rule -> rule.bodySchema().isPresent()).map(Rule::id);
  }

  @ParameterizedTest
  @MethodSource("operationsWithBodies")
  void bodies_around_the_edges_are_taken_or_refused_as_the_contract_says(String id) {
    Rule rule = CONTRACT.rule(id);
    JsonObject schema = rule.bodySchema().orElseThrow();
    List<String> wrong = new ArrayList<>();
    int good = 0;
    int bad = 0;
    for (Object example : examples(schema)) {
      for (String body : Mutations.of(schema, example)) {
        boolean refused = compare(rule, path(rule), body, wrong);
        good += refused ? 0 : 1;
        bad += refused ? 1 : 0;
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(good).isPositive();
    assertThat(bad).isGreaterThan(10);
  }

  /** Sends a request; notes when the gateway and the contract differ. True when it is refused. */
  private boolean compare(Rule rule, String path, String body, List<String> wrong) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    Optional<String> fault = ContractCheck.refusal(rule, path, bytes, "application/json");
    String shown = path + " " + (body.length() > 200 ? body.substring(0, 200) + "..." : body);
    try {
      Reply reply = send(rule, path, body);
      if (fault.isPresent() != (reply.status() == 400) || reply.status() == 500) {
        wrong.add(shown + " -> " + reply + ", the contract: " + fault.orElse("fine"));
      }
    } catch (AssertionError e) {
      wrong.add(shown + " -> " + e.getMessage());
    }
    return fault.isPresent();
  }

  private static boolean waits(JsonObject parameter) {
    return parameter.getString("name").equals("wait");
  }

  static Stream<String> operationsWithQueries() {
    return built().filter(rule -> rule.parameters("query").findAny().isPresent()).map(Rule::id);
  }

  @ParameterizedTest
  @MethodSource("operationsWithQueries")
  void queries_around_the_edges_are_taken_or_refused_as_the_contract_says(String id) {
    Rule rule = CONTRACT.rule(id);
    String path = path(rule).replaceFirst("\\?.*", "");
    // Else who names the present state would wait for half a minute.
    String brief =
        rule.parameters("query").anyMatch(ContractExchangeTest::waits) ? "&wait=1ms" : "";
    String body = rule.bodySchema().map(s -> Json.encode(examples(s).getFirst())).orElse("");
    List<String> wrong = new ArrayList<>();
    for (JsonObject parameter : rule.parameters("query").toList()) {
      String name = parameter.getString("name");
      for (String value : texts(CONTRACT.follow(parameter.getJsonObject("schema")))) {
        String query = "?" + name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
        boolean unused =
            compare(rule, path + query + (name.equals("wait") ? "" : brief), body, wrong);
      }
      boolean unused = compare(rule, path + "?" + name + "s=x", body, wrong);
      unused = compare(rule, path + "?" + name + "=1&" + name + "=1", body, wrong);
    }
    assertThat(wrong).isEmpty();
  }

  private static List<String> texts(JsonObject schema) {
    List<String> texts =
        new ArrayList<>(
            List.of(
                "", "x", "a b", "-1", "0", "1", "1.5", "true", "a\u0000", "\u00e9", "a=b", "a=b,"));
    schema.getJsonArray("enum", new JsonArray()).forEach(word -> texts.add(String.valueOf(word)));
    schema.getJsonArray("examples", new JsonArray()).forEach(e -> texts.add(String.valueOf(e)));
    for (String limit : List.of("minimum", "maximum")) {
      if (schema.getValue(limit) instanceof Number number) {
        texts.addAll(
            List.of("" + (number.longValue() - 1), "" + number, "" + (number.longValue() + 1)));
      }
    }
    if (schema.getValue("maxLength") instanceof Number number) {
      texts.addAll(List.of("x".repeat(number.intValue()), "x".repeat(number.intValue() + 1)));
    }
    return texts;
  }
}
