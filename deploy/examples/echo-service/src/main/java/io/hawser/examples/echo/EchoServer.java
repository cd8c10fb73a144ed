package io.hawser.examples.echo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Answers every request with who answered it; {@code /health} with 200. One virtual thread per
 * request. Bodies are read to their end, up to a limit, and dropped.
 */
final class EchoServer {
  /** The most that is read of a request's body, in bytes. */
  private static final int BODY_LIMIT = 1 << 20;

  private static final int BACKLOG = 1024;

  /** How many requests an answer's time is averaged over, roughly. */
  private static final double SMOOTHING = 0.1;

  private final Flags flags;
  private final HttpServer server;
  private final AtomicInteger active = new AtomicInteger();
  private final CountDownLatch idle = new CountDownLatch(1);
  private volatile boolean stopping;
  private final AtomicReference<Double> responseMs = new AtomicReference<>(0.0);

  /** Listens at once. */
  EchoServer(Flags flags) throws IOException {
    this.flags = flags;
    // Headers and body go out in two writes; without this each answer waits for the peer's delayed
    // acknowledgement.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    server = HttpServer.create(new InetSocketAddress(flags.host(), flags.port()), BACKLOG);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** The smoothed time that an answer takes, in milliseconds. */
  double responseMs() {
    return responseMs.get();
  }

  /** Lets the requests that are being answered finish, up to the time given, then closes. */
  void stop(Duration grace) {
    stopping = true;
    try {
      if (active.get() > 0 && !idle.await(grace.toMillis(), TimeUnit.MILLISECONDS)) {
        System.out.println(flags.id() + " stops with " + active.get() + " requests unanswered");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    server.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    active.incrementAndGet();
    long startNs = System.nanoTime();
    try (exchange) {
      drop(exchange.getRequestBody());
      boolean health = exchange.getRequestURI().getPath().equals("/health");
      if (!health && flags.delayMs() > 0) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(flags.delayMs()));
      }
      answer(exchange, health);
      if (!health) {
        double tookMs = (System.nanoTime() - startNs) / 1e6;
        var unused = responseMs.updateAndGet(ms -> ms + SMOOTHING * (tookMs - ms));
      }
    } finally {
      if (active.decrementAndGet() == 0 && stopping) {
        idle.countDown();
      }
    }
  }

  private static void drop(InputStream body) throws IOException {
    var unused = body.readNBytes(BODY_LIMIT);
  }

  private void answer(HttpExchange exchange, boolean health) throws IOException {
    String accept = exchange.getRequestHeaders().getFirst("Accept");
    boolean json = accept != null && accept.contains("json");
    String answer = health ? "ok\n" : json ? json(exchange) : text(exchange);
    byte[] body = answer.getBytes(StandardCharsets.UTF_8);
    exchange
        .getResponseHeaders()
        .set("Content-Type", !health && json ? "application/json" : "text/plain; charset=utf-8");
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(200, head ? -1 : body.length);
    if (!head) {
      exchange.getResponseBody().write(body);
    }
  }

  private String text(HttpExchange exchange) {
    return "hello from %s (pid %d) to %s %s%n"
        .formatted(
            flags.id(),
            ProcessHandle.current().pid(),
            exchange.getRequestMethod(),
            exchange.getRequestURI());
  }

  private String json(HttpExchange exchange) {
    return Json.object()
        .put("service", flags.service())
        .put("instance", flags.id())
        .put("pid", ProcessHandle.current().pid())
        .put("method", exchange.getRequestMethod())
        .put("path", exchange.getRequestURI().toString())
        .end();
  }
}
