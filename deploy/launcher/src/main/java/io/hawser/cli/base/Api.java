package io.hawser.cli.base;

import io.hawser.model.Blob;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A node's HTTP API. A request that is not answered fails with {@link ExitCode#UNREACHABLE} and
 * says why. Thread-safe.
 */
public final class Api {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

  private final URI server;
  private final Duration timeout;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();

  /**
   * @param timeout the longest wait for an answer
   */
  public Api(URI server, Duration timeout) {
    this.server = server;
    this.timeout = timeout;
  }

  public URI server() {
    return server;
  }

  /** A path under {@code /api/v1}, each part encoded. */
  public static String path(String... parts) {
    return Stream.of(parts).map(Api::encode).collect(Collectors.joining("/", "/api/v1/", ""));
  }

  /** A query string with what is not empty of the parameters; empty when nothing is left. */
  public static String query(Map<String, String> parameters) {
    String joined =
        parameters.entrySet().stream()
            .filter(e -> !e.getValue().isEmpty())
            .map(e -> e.getKey() + "=" + encode(e.getValue()))
            .collect(Collectors.joining("&"));
    return joined.isEmpty() ? "" : "?" + joined;
  }

  private static String encode(String part) {
    return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
  }

  public Reply get(String path) {
    return send(request(path).GET());
  }

  public Reply put(String path, JsonObject body) {
    return send(request(path).PUT(BodyPublishers.ofString(body.encode())));
  }

  public Reply post(String path, JsonObject body) {
    return send(request(path).POST(BodyPublishers.ofString(body.encode())));
  }

  public Reply delete(String path) {
    return send(request(path).DELETE());
  }

  /** Sends bytes, of no media type in particular, and takes whatever is answered. */
  public RawReply raw(String method, String path, Map<String, String> headers, byte[] body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.resolve(path))
            .timeout(timeout)
            .method(
                method,
                body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    headers.forEach(request::header);
    HttpResponse<byte[]> response = exchange(request.build(), BodyHandlers.ofByteArray());
    return new RawReply(response.statusCode(), Blob.wrap(response.body()), response.headers());
  }

  /** The path of a key of the store. */
  public static String keyPath(String key) {
    // As one segment: what has dots or empty parts in it would be made shorter on the way.
    String encoded = encode(key);
    return "/api/v1/kv/" + (key.matches("\\.\\.?") ? encoded.replace(".", "%2E") : encoded);
  }

  /** Opens a stream; the time-out covers the wait for its first byte only. */
  public HttpResponse<Stream<String>> stream(String path, Map<String, String> headers) {
    HttpRequest.Builder request = request(path).GET();
    headers.forEach(request::header);
    return exchange(request.build(), BodyHandlers.ofLines());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(server.resolve(path))
        .timeout(timeout)
        .header("Accept", "application/json, application/problem+json, text/event-stream")
        .header("Content-Type", "application/json");
  }

  private Reply send(HttpRequest.Builder request) {
    HttpResponse<String> response = exchange(request.build(), BodyHandlers.ofString());
    return new Reply(response.statusCode(), response.body());
  }

  private <T> HttpResponse<T> exchange(HttpRequest request, BodyHandler<T> handler) {
    try {
      return client.send(request, handler);
    } catch (HttpTimeoutException e) {
      throw unreachable(
          "no answer within " + timeout.toMillis() + " ms", "a longer --timeout may help");
    } catch (ConnectException e) {
      throw unreachable(
          "nothing accepts connections there",
          "start a node with 'hawser dev' or 'hawser demo', or name another with --server or"
              + " HAWSER_SERVER");
    } catch (IOException e) {
      String message = e.getMessage();
      throw unreachable(
          message == null ? e.getClass().getSimpleName() : message,
          "check that --server names a Hawser node's API, by default on port 8500");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CliFailure(ExitCode.INTERRUPTED, "interrupted", "", "");
    }
  }

  private CliFailure unreachable(String why, String mend) {
    return new CliFailure(ExitCode.UNREACHABLE, "cannot reach " + server, why, mend);
  }
}
