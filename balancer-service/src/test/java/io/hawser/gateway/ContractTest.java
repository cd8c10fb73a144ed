package io.hawser.gateway;

import static io.hawser.gateway.ContractRules.CONTRACT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.gateway.ContractRules.Rule;
import io.hawser.gateway.contract.Contract;
import io.hawser.gateway.contract.Operation;
import io.hawser.gateway.events.EventFeed;
import io.hawser.gateway.http.Answer;
import io.hawser.gateway.http.Endpoints;
import io.hawser.gateway.json.Words;
import io.hawser.gateway.routes.Routes;
import io.hawser.model.Event;
import io.hawser.model.Facet;
import io.hawser.testing.Await;
import io.hawser.testing.TestNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract by itself, and beside what the gateway is made of. */
class ContractTest {
  private static final Contract READ = Contract.load();

  @Test
  void another_reader_finds_it_a_valid_openapi_document() {
    Vertx vertx = Vertx.vertx();
    try {
      // That reader knows few media types, and no server without a host.
      JsonObject plain =
          new JsonObject(
              CONTRACT
                  .document()
                  .encode()
                  .replace("application/problem+json", "application/json")
                  .replaceAll("\"(text|application)/(?!json)[a-z-]+[^\"]*\":", "\"text/plain\":")
                  .replace("\"url\":\"/\"", "\"url\":\"http://localhost\""));
      OpenAPIContract contract = Await.result(OpenAPIContract.from(vertx, plain));
      assertThat(contract.operations()).hasSize(CONTRACT.rules().size());
    } finally {
      Await.result(vertx.close());
    }
  }

  static Stream<String> schemasWithExamples() {
    return schemas().fieldNames().stream()
        .filter(name -> schemas().getJsonObject(name).containsKey("examples"));
  }

  private static JsonObject schemas() {
    return CONTRACT.document().getJsonObject("components").getJsonObject("schemas");
  }

  @ParameterizedTest
  @MethodSource("schemasWithExamples")
  void every_example_is_as_its_schema_says(String name) {
    JsonObject schema = new JsonObject().put("$ref", "#/components/schemas/" + name);
    for (Object example : CONTRACT.schema(name).getJsonArray("examples")) {
      assertThat(CONTRACT.fault(schema, example, true)).as(name + " " + example).isEmpty();
    }
  }

  @Test
  void every_body_that_is_read_or_written_has_an_example() {
    List<String> bare =
        CONTRACT.rules().stream()
            .flatMap(ContractTest::jsonSchemas)
            .map(s -> "array".equals(s.getValue("type")) ? s.getJsonObject("items", s) : s)
            .filter(s -> !CONTRACT.follow(s).containsKey("examples"))
            .map(JsonObject::encode)
            .toList();
    assertThat(bare).isEmpty();
  }

  private static Stream<JsonObject> jsonSchemas(Rule rule) {
    return Stream.concat(
            rule.requestBody().stream(),
            rule.responses().values().stream().filter(r -> r.containsKey("content")))
        .map(holder -> holder.getJsonObject("content").getJsonObject("application/json"))
        .filter(media -> media != null)
        .map(media -> media.getJsonObject("schema"));
  }

  @Test
  void the_gateway_reads_it_as_another_reader_does() {
    assertThat(READ.operations().stream().map(Operation::id))
        .containsExactlyInAnyOrderElementsOf(CONTRACT.rules().stream().map(Rule::id).toList());
    for (Operation operation : READ.operations()) {
      Rule rule = CONTRACT.rule(operation.id());
      assertThat(operation.method()).isEqualTo(rule.method());
      assertThat(operation.path().replace("...}", "}")).isEqualTo(rule.path());
      assertThat(operation.takesBody()).isEqualTo(rule.requestBody().isPresent());
      assertThat(operation.query())
          .containsExactlyElementsOf(
              rule.parameters("query").map(p -> p.getString("name")).toList());
      assertThat(operation.summary()).isNotBlank();
    }
  }

  @Test
  void just_the_operations_that_are_only_501_have_no_answer() {
    Vertx vertx = Vertx.vertx();
    try {
      TestNode node = TestNode.on(vertx).start();
      Endpoints endpoints = Routes.all(READ, node.context(), new EventFeed(1));
      for (Operation operation : READ.operations()) {
        if (!operation.servedByNode()) {
          assertThat(endpoints.answers(operation.id()))
              .as(operation.id())
              .isNotEqualTo(CONTRACT.rule(operation.id()).planned());
        }
      }
    } finally {
      Await.result(vertx.close());
    }
  }

  @Test
  void an_answer_to_what_the_contract_has_not_fails_the_start() {
    Endpoints endpoints = new Endpoints(READ);
    assertThatThrownBy(() -> endpoints.on("listNothing", c -> none()))
        .hasMessageContaining("listNothing");
    endpoints.on("listServices", c -> none());
    assertThatThrownBy(() -> endpoints.on("listServices", c -> none()))
        .hasMessageContaining("two handlers");
  }

  private static Future<Answer> none() {
    return Future.succeededFuture(Answer.noContent());
  }

  @Test
  void every_code_of_a_response_is_one_of_the_problems() {
    Set<String> named = new TreeSet<>(Set.of("unknown-path", "method-not-allowed"));
    JsonObject responses =
        CONTRACT.document().getJsonObject("components").getJsonObject("responses");
    for (String name : responses.fieldNames()) {
      JsonObject problem =
          responses.getJsonObject(name).getJsonObject("content").getJsonObject(PROBLEM);
      JsonArray codes =
          problem
              .getJsonObject("schema")
              .getJsonObject("properties")
              .getJsonObject("code")
              .getJsonArray("enum");
      codes.forEach(code -> named.add(String.valueOf(code)));
    }
    assertThat(named).containsExactlyInAnyOrderElementsOf(CONTRACT.words("ProblemCode"));
  }

  private static final String PROBLEM = "application/problem+json";

  @Test
  void the_words_are_those_of_the_model() {
    assertThat(CONTRACT.words("Health")).isEqualTo(Words.all(Facet.Health.class));
    assertThat(CONTRACT.words("Role")).isEqualTo(Words.all(Facet.Role.class));
    assertThat(CONTRACT.words("Mode")).isEqualTo(Words.all(Facet.BackupMode.class));
    assertThat(CONTRACT.words("Strategy")).isEqualTo(Words.all(Facet.Strategy.class));
    assertThat(CONTRACT.words("Affinity")).isEqualTo(Words.all(Facet.Affinity.class));
    assertThat(CONTRACT.words("Function")).isEqualTo(Words.all(Facet.Function.class));
    assertThat(CONTRACT.words("Comparison")).isEqualTo(Words.all(Facet.Comparison.class));
    assertThat(field("Incident", "phase")).isEqualTo(Words.all(Facet.Phase.class));
    assertThat(field("Incident", "recovery")).isEqualTo(Words.all(Facet.Recovery.class));
    assertThat(field("Alert", "phase")).isEqualTo(Words.all(Facet.AlertPhase.class));
  }

  private static List<String> field(String schema, String name) {
    return CONTRACT
        .schema(schema)
        .getJsonObject("properties")
        .getJsonObject(name)
        .getJsonArray("enum")
        .stream()
        .map(String::valueOf)
        .toList();
  }

  @Test
  void every_kind_of_event_is_there_with_its_fields() {
    Class<?>[] kinds = Event.Body.class.getPermittedSubclasses();
    assertThat(CONTRACT.words("EventKind"))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(kinds).map(Class::getSimpleName).toList());
    JsonArray cases = CONTRACT.schema("Event").getJsonArray("oneOf");
    for (Class<?> kind : kinds) {
      JsonObject fields =
          cases.stream()
              .map(JsonObject.class::cast)
              .filter(c -> c.encode().contains("\"" + kind.getSimpleName() + "\""))
              .findFirst()
              .orElseThrow();
      assertThat(fields.getJsonArray("required"))
          .as(kind.getSimpleName())
          .containsExactlyInAnyOrderElementsOf(
              Arrays.stream(kind.getRecordComponents())
                  .map(RecordComponent::getName)
                  .collect(Collectors.toList()));
    }
  }
}
