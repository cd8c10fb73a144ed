package io.hawser.cli.base;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A node's API as a test wants it: fixed answers by method and path, and a note of what was asked.
 */
public final class StubApi implements AutoCloseable {
  private record Answer(int status, String body, Map<String, String> headers) {}

  private static final List<String> NOTED = List.of("If-Match", "If-None-Match");

  private static final Answer NOT_THERE = new Answer(404, "{\"code\":\"no-such-path\"}", Map.of());

  private final HttpServer server;
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();

  public StubApi() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String key = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          String query = exchange.getRequestURI().getRawQuery();
          String lastId = exchange.getRequestHeaders().getFirst("Last-Event-ID");
          requests.add(
              (key
                      + (query == null ? "" : "?" + query)
                      + " "
                      + body
                      + (lastId == null ? "" : " after " + lastId)
                      + noted(exchange.getRequestHeaders()))
                  .strip());
          Answer answer = answers.getOrDefault(key, NOT_THERE);
          answer.headers().forEach(exchange.getResponseHeaders()::set);
          byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
          if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
          }
          exchange.close();
        });
    server.start();
  }

  private static String noted(Headers headers) {
    StringBuilder noted = new StringBuilder();
    for (String name : NOTED) {
      if (headers.containsKey(name)) {
        noted.append(' ').append(name).append(' ').append(headers.getFirst(name));
      }
    }
    return noted.toString();
  }

  @CanIgnoreReturnValue
  public StubApi on(String methodAndPath, int status, String body) {
    return on(methodAndPath, status, body, Map.of());
  }

  @CanIgnoreReturnValue
  public StubApi on(String methodAndPath, int status, String body, Map<String, String> headers) {
    answers.put(methodAndPath, new Answer(status, body, headers));
    return this;
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  public List<String> requests() {
    return requests;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
