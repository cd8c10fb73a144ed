package io.hawser.gateway.http;

import io.vertx.core.http.HttpServerRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** What an endpoint answers. */
public sealed interface Answer {

  /**
   * A status, and perhaps a body.
   *
   * @param json maps, lists, texts, numbers and booleans; empty for an answer without a body
   */
  record Whole(int status, Map<String, String> headers, Optional<Object> json) implements Answer {}

  /**
   * A body without an end, written by whom it concerns.
   *
   * @param writer gets the request once it is counted; answers it
   */
  record Stream(Consumer<HttpServerRequest> writer) implements Answer {}

  static Answer ok(Object json) {
    return new Whole(200, Map.of(), Optional.of(json));
  }

  /** 201 when something was made, 200 when it was there. */
  static Answer stored(boolean created, Object json) {
    return new Whole(created ? 201 : 200, Map.of(), Optional.of(json));
  }

  static Answer noContent() {
    return new Whole(204, Map.of(), Optional.empty());
  }

  static Answer okWith(String header, String value, Object json) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(header, value);
    return new Whole(200, headers, Optional.of(json));
  }
}
