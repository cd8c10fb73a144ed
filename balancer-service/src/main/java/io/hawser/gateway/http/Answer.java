package io.hawser.gateway.http;

import io.hawser.gateway.json.Problem;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** What an endpoint answers. */
public sealed interface Answer {

  /**
   * A status, and perhaps a body.
   *
   * @param headers the body's {@code Content-Type} among them
   */
  record Whole(int status, Map<String, String> headers, Optional<Buffer> body) implements Answer {}

  /**
   * A body without an end, written by whom it concerns.
   *
   * @param writer gets the request once it is counted; answers it
   */
  record Stream(Consumer<HttpServerRequest> writer) implements Answer {}

  /**
   * @param json maps, lists, texts, numbers and booleans
   */
  static Answer ok(Object json) {
    return json(200, "application/json", json, Map.of());
  }

  /** 201 when something was made, 200 when it was there. */
  static Answer stored(boolean created, Object json) {
    return json(created ? 201 : 200, "application/json", json, Map.of());
  }

  /** JSON with a status and headers of its own. */
  static Whole whole(int status, Object json, Map<String, String> headers) {
    return json(status, "application/json", json, headers);
  }

  static Answer noContent() {
    return new Whole(204, Map.of(), Optional.empty());
  }

  static Answer okWith(String header, String value, Object json) {
    return json(200, "application/json", json, Map.of(header, value));
  }

  static Whole problem(Problem problem) {
    return json(problem.status(), "application/problem+json", problem.json(), problem.headers());
  }

  private static Whole json(int status, String type, Object json, Map<String, String> headers) {
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.put("Content-Type", type);
    return new Whole(status, all, Optional.of(Json.encodeToBuffer(json)));
  }
}
