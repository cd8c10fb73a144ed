package io.hawser.cluster;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** A blocking HTTP client for one node's API, as a user would write it. */
final class Api {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final String base;

  Api(String base) {
    this.base = base;
  }

  /** The answer, or status 0 with the exception's text when there was none. */
  record Answer(int status, String body) {
    JsonObject json() {
      return new JsonObject(body);
    }

    JsonArray array() {
      return body.stripLeading().startsWith("[")
          ? new JsonArray(body)
          : json().stream()
              .filter(field -> field.getValue() instanceof JsonArray)
              .map(field -> (JsonArray) field.getValue())
              .findFirst()
              .orElseThrow();
    }
  }

  Answer get(String path) {
    return send(HttpRequest.newBuilder().GET(), path);
  }

  Answer put(String path, JsonObject body) {
    return send(
        HttpRequest.newBuilder()
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString(body.encode())),
        path);
  }

  private Answer send(HttpRequest.Builder request, String path) {
    try {
      HttpResponse<String> response =
          client.send(
              request.uri(URI.create(base + path)).timeout(TIMEOUT).build(),
              BodyHandlers.ofString());
      return new Answer(response.statusCode(), response.body());
    } catch (IOException e) {
      return new Answer(0, e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer(0, e.toString());
    }
  }
}
