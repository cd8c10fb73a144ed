package io.hawser.gateway;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The contract as a validator has it: read by itself, apart from how the gateway reads it. Objects
 * in answers are closed: a field that the contract does not name is a fault.
 */
final class ContractRules {
  private static final List<String> METHODS = List.of("get", "put", "post", "delete");

  static final ContractRules CONTRACT = new ContractRules();

  /** An operation; parameters and responses with their references followed. */
  record Rule(
      String id,
      String method,
      String path,
      List<JsonObject> parameters,
      Optional<JsonObject> requestBody,
      Map<String, JsonObject> responses,
      boolean servedByNode) {

    boolean planned() {
      return responses.keySet().stream().noneMatch(status -> status.startsWith("2"));
    }

    Stream<JsonObject> parameters(String in) {
      return parameters.stream().filter(p -> p.getString("in").equals(in));
    }

    Optional<JsonObject> bodySchema() {
      return requestBody
          .map(b -> b.getJsonObject("content").getJsonObject("application/json"))
          .map(media -> media.getJsonObject("schema"));
    }
  }

  private final JsonObject document;
  private final JsonObject closed;
  private final Map<String, Rule> rules = new LinkedHashMap<>();
  private final Map<String, Validator> validators = new LinkedHashMap<>();

  private ContractRules() {
    document = read();
    closed = closed(document.getJsonObject("components"));
    JsonObject paths = document.getJsonObject("paths");
    for (String path : paths.fieldNames()) {
      for (String method : METHODS) {
        JsonObject operation = paths.getJsonObject(path).getJsonObject(method);
        if (operation != null) {
          add(path, method, paths.getJsonObject(path), operation);
        }
      }
    }
  }

  private static JsonObject read() {
    try (InputStream in = ContractRules.class.getResourceAsStream("openapi.yaml")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      Object root = new Load(LoadSettings.builder().build()).loadFromString(text);
      return root instanceof Map<?, ?> map ? object(map) : new JsonObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonObject object(Map<?, ?> map) {
    JsonObject object = new JsonObject();
    map.forEach((k, v) -> object.put(String.valueOf(k), json(v)));
    return object;
  }

  private static @Nullable Object json(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      return object(map);
    }
    if (value instanceof List<?> list) {
      JsonArray array = new JsonArray();
      list.forEach(item -> array.add(json(item)));
      return array;
    }
    return value;
  }

  /** Closes each object that names its fields and does not say whether others are welcome. */
  private static @Nullable Object close(@Nullable Object value) {
    if (value instanceof JsonArray array) {
      JsonArray copy = new JsonArray();
      array.forEach(item -> copy.add(close(item)));
      return copy;
    }
    return value instanceof JsonObject object ? closed(object) : value;
  }

  private static JsonObject closed(JsonObject object) {
    JsonObject copy = new JsonObject();
    object.forEach(e -> copy.put(e.getKey(), close(e.getValue())));
    if ("object".equals(object.getValue("type"))
        && object.containsKey("properties")
        && !object.containsKey("additionalProperties")) {
      copy.put("additionalProperties", false);
    }
    return copy;
  }

  private void add(String path, String method, JsonObject item, JsonObject operation) {
    List<JsonObject> parameters = new ArrayList<>();
    for (JsonObject place : List.of(item, operation)) {
      place.getJsonArray("parameters", new JsonArray()).stream()
          .map(p -> follow((JsonObject) p))
          .forEach(parameters::add);
    }
    Map<String, JsonObject> responses = new LinkedHashMap<>();
    operation
        .getJsonObject("responses")
        .forEach(e -> responses.put(e.getKey(), follow((JsonObject) e.getValue())));
    String id = operation.getString("operationId");
    Rule rule =
        new Rule(
            id,
            method.toUpperCase(java.util.Locale.ROOT),
            path,
            parameters,
            Optional.ofNullable(operation.getJsonObject("requestBody")),
            responses,
            "node".equals(operation.getString("x-hawser-served-by")));
    if (rules.put(id, rule) != null) {
      throw new AssertionError("two operations " + id);
    }
  }

  /** What a reference stands for. */
  JsonObject follow(JsonObject object) {
    String ref = object.getString("$ref");
    if (ref == null) {
      return object;
    }
    JsonObject at = document;
    for (String step : ref.substring(2).split("/", -1)) {
      at = at.getJsonObject(step);
    }
    JsonObject whole = follow(at).copy();
    object.stream()
        .filter(e -> !e.getKey().equals("$ref"))
        .forEach(e -> whole.put(e.getKey(), e.getValue()));
    return whole;
  }

  List<Rule> rules() {
    return List.copyOf(rules.values());
  }

  Rule rule(String id) {
    return Optional.ofNullable(rules.get(id)).orElseThrow(() -> new AssertionError(id));
  }

  JsonObject document() {
    return document;
  }

  JsonObject schema(String name) {
    return document.getJsonObject("components").getJsonObject("schemas").getJsonObject(name);
  }

  List<String> words(String schema) {
    return schema(schema).getJsonArray("enum").stream().map(String::valueOf).toList();
  }

  /** What a value breaks; empty when it fits. */
  Optional<String> fault(JsonObject schema, @Nullable Object value, boolean answer) {
    Validator validator =
        validators.computeIfAbsent(
            (answer ? "answer " : "request ") + schema.encode(),
            key -> {
              // The validator writes into what it is given.
              JsonObject whole = answer ? closed(schema) : schema.copy();
              whole.put(
                  "components", (answer ? closed : document.getJsonObject("components")).copy());
              return Validator.create(
                  JsonSchema.of(whole),
                  new JsonSchemaOptions()
                      .setBaseUri("https://contract.test/")
                      .setDraft(Draft.DRAFT202012)
                      .setOutputFormat(OutputFormat.Basic));
            });
    OutputUnit result = validator.validate(value);
    return Boolean.TRUE.equals(result.getValid())
        ? tooLong(schema, value)
        : Optional.of(String.valueOf(result.getErrors()));
  }

  /** What breaks {@code x-hawser-max-bytes}, the length in UTF-8, which JSON Schema has not. */
  private Optional<String> tooLong(JsonObject raw, @Nullable Object value) {
    JsonObject schema = follow(raw);
    if (value instanceof String text && schema.containsKey("x-hawser-max-bytes")) {
      int bytes = text.getBytes(StandardCharsets.UTF_8).length;
      return bytes > schema.getInteger("x-hawser-max-bytes")
          ? Optional.of(bytes + " bytes")
          : Optional.empty();
    }
    if (value instanceof JsonArray array && schema.getValue("items") instanceof JsonObject items) {
      return array.stream().flatMap(item -> tooLong(items, item).stream()).findFirst();
    }
    if (value instanceof JsonObject object) {
      JsonObject properties = schema.getJsonObject("properties", new JsonObject());
      return properties.fieldNames().stream()
          .filter(name -> properties.getValue(name) instanceof JsonObject)
          .flatMap(name -> tooLong(properties.getJsonObject(name), object.getValue(name)).stream())
          .findFirst();
    }
    return Optional.empty();
  }

  /** The value of a text; empty when it is no JSON. */
  static Optional<Object> decode(String text) {
    try {
      return Optional.ofNullable(Json.decodeValue(text));
    } catch (DecodeException e) {
      return Optional.empty();
    }
  }
}
