package io.hawser.drill.kv;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The store's API as two servers with one memory. Some answers get lost after the deed, some
 * requests are turned away before it. It knows no TTL: a lease ends when it is given back.
 */
final class FakeStore implements AutoCloseable {
  private record Value(String text, long version) {}

  private record Answer(int status, String etag, String body) {}

  private record Lease(String holder, long epoch) {}

  final boolean remembers;
  final AtomicInteger lost = new AtomicInteger();
  private final Map<String, Value> values = new HashMap<>();
  private final Map<String, Answer> answers = new HashMap<>();
  private final Map<String, Lease> leases = new HashMap<>();
  private final Map<String, Long> fences = new HashMap<>();
  private final List<HttpServer> servers = new ArrayList<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Random dice;
  private final int trouble;
  private volatile boolean mute;
  private long revision;

  /**
   * @param remembers whether a request that comes again is not carried out again
   * @param trouble one of so many requests goes wrong; 0: none
   */
  FakeStore(boolean remembers, int trouble, long seed) throws IOException {
    this.remembers = remembers;
    this.trouble = trouble;
    this.dice = new Random(seed);
    for (int i = 0; i < 2; i++) {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 128);
      server.setExecutor(threads);
      server.createContext("/", this::handle);
      server.start();
      servers.add(server);
    }
  }

  List<InetSocketAddress> nodes() {
    return servers.stream().map(HttpServer::getAddress).toList();
  }

  /** From now on everything is done and nothing is answered. */
  void answerNothing() {
    mute = true;
  }

  void stop(int server) {
    servers.get(server).stop(0);
  }

  synchronized int size() {
    return values.size();
  }

  synchronized Map<String, String> texts() {
    Map<String, String> texts = new HashMap<>();
    values.forEach((key, value) -> texts.put(key, value.text()));
    return texts;
  }

  private void handle(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    int luck = luck();
    if (luck == 1) {
      send(exchange, new Answer(429, "", ""));
      return;
    }
    Answer answer = carryOut(exchange, body);
    if (mute || (luck == 2 && !exchange.getRequestMethod().equals("GET"))) {
      lost.incrementAndGet();
      exchange.close();
    } else if (luck == 3) {
      lost.incrementAndGet();
      send(exchange, new Answer(503, "", ""));
    } else {
      send(exchange, answer);
    }
  }

  private synchronized int luck() {
    return trouble == 0 ? 0 : dice.nextInt(trouble);
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
    if (!answer.etag().isEmpty()) {
      exchange.getResponseHeaders().set("ETag", answer.etag());
    }
    exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private synchronized Answer carryOut(HttpExchange exchange, String body) {
    String path = exchange.getRequestURI().getPath();
    String id = exchange.getRequestHeaders().getFirst("Idempotency-Key");
    if (path.startsWith("/api/v1/leases/")) {
      return once(id, () -> lease(exchange.getRequestMethod(), path, new JsonObject(body)));
    }
    String key = path.substring("/api/v1/kv/".length());
    return switch (exchange.getRequestMethod()) {
      case "GET" -> get(key);
      case "PUT" -> once(id, () -> put(key, body, exchange));
      default -> once(id, () -> delete(key, exchange));
    };
  }

  private Answer once(@Nullable String id, Supplier<Answer> deed) {
    if (id == null || !remembers) {
      return deed.get();
    }
    Answer known = answers.get(id);
    Answer answer = known == null ? deed.get() : known;
    answers.put(id, answer);
    return answer;
  }

  private Answer get(String key) {
    Value value = values.get(key);
    return value == null
        ? new Answer(404, "", "")
        : new Answer(200, etag(value.version()), value.text());
  }

  private static String etag(long version) {
    return "\"" + version + "\"";
  }

  private boolean holds(String key, HttpExchange exchange) {
    Value value = values.get(key);
    String match = exchange.getRequestHeaders().getFirst("If-Match");
    boolean absent = "*".equals(exchange.getRequestHeaders().getFirst("If-None-Match"));
    return absent
        ? value == null
        : match == null || (value != null && etag(value.version()).equals(match));
  }

  private Answer put(String key, String body, HttpExchange exchange) {
    String query = exchange.getRequestURI().getQuery();
    if (query != null && query.startsWith("fence=")) {
      String[] fence = query.substring("fence=".length()).split(":", 2);
      long token = Long.parseLong(fence[1]);
      if (token < fences.getOrDefault(fence[0], 0L)) {
        return new Answer(409, "", "");
      }
      fences.put(fence[0], token);
    }
    if (!holds(key, exchange)) {
      return new Answer(412, "", "");
    }
    values.put(key, new Value(body, ++revision));
    return new Answer(200, etag(revision), "");
  }

  private Answer delete(String key, HttpExchange exchange) {
    if (!values.containsKey(key)) {
      return new Answer(404, "", "");
    }
    if (!holds(key, exchange)) {
      return new Answer(412, "", "");
    }
    values.remove(key);
    return new Answer(204, "", "");
  }

  private Answer lease(String method, String name, JsonObject wish) {
    Lease held = leases.get(name);
    if (method.equals("DELETE")) {
      if (held != null && held.epoch() == wish.getLong("epoch")) {
        leases.remove(name);
      }
      return new Answer(204, "", "");
    }
    if (held != null) {
      return new Answer(409, "", new JsonObject().put("holder", held.holder()).encode());
    }
    Lease granted = new Lease(wish.getString("holder"), ++revision);
    leases.put(name, granted);
    return new Answer(
        200,
        "",
        new JsonObject().put("holder", granted.holder()).put("epoch", granted.epoch()).encode());
  }

  @Override
  public void close() {
    servers.forEach(server -> server.stop(0));
    threads.shutdownNow();
  }
}
