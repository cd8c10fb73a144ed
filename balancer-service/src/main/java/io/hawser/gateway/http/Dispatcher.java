package io.hawser.gateway.http;

import io.hawser.catalog.Refused;
import io.hawser.gateway.core.Query;
import io.hawser.gateway.http.Endpoints.Found;
import io.hawser.gateway.http.Endpoints.Handler;
import io.hawser.gateway.json.Problem;
import io.hawser.node.Meters;
import io.micrometer.core.instrument.Counter;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes each request that the contract has, and any other under {@code /api}, from the router to
 * its endpoint and back. Whatever goes wrong is answered as {@code application/problem+json}. Runs
 * on the event loop of the API server.
 */
public final class Dispatcher {
  private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);
  private static final String ROOT = "/api";
  private static final String NO_PATTERN = "none";

  private final Vertx vertx;
  private final Meters meters;
  private final Endpoints endpoints;

  private record Counted(String route, int hundred) {}

  /** A look-up in the registry costs more than the count. */
  private final Map<Counted, Counter> counters = new ConcurrentHashMap<>();

  public Dispatcher(Vertx vertx, Meters meters, Endpoints endpoints) {
    this.vertx = vertx;
    this.meters = meters;
    this.endpoints = endpoints;
  }

  /** Answers what is for the API, and leaves the rest to the next route. */
  public void handle(RoutingContext routing) {
    String path = path(routing.request());
    if (ours(path)) {
      handle(routing.request(), path);
    } else {
      routing.next();
    }
  }

  /**
   * Answers a request that the router could not make sense of: its path is badly encoded, or it has
   * no Host. Nothing is done for it.
   */
  public void unreadable(RoutingContext routing) {
    if (routing.response().ended()) {
      return;
    }
    HttpServerRequest request = routing.request();
    Problem problem = Problem.of(400, "bad-request", "the request cannot be understood");
    try {
      Found unused = endpoints.find(request.method(), path(request));
    } catch (Problem better) {
      problem = ours(path(request)) ? better : problem;
    }
    answer(request, NO_PATTERN, Answer.problem(problem));
  }

  private boolean ours(String path) {
    return path.equals(ROOT) || path.startsWith(ROOT + "/") || endpoints.has(path);
  }

  private static String path(HttpServerRequest request) {
    return Optional.ofNullable(request.path()).orElse("");
  }

  private void handle(HttpServerRequest request, String path) {
    Context context = vertx.getOrCreateContext();
    String pattern = NO_PATTERN;
    Future<Answer> answer;
    try {
      Found found = endpoints.find(request.method(), path);
      pattern = found.route();
      answer = call(request, found);
    } catch (RuntimeException e) {
      answer = Future.failedFuture(e);
    }
    String route = pattern;
    answer.onComplete(
        ok -> on(context, () -> answer(request, route, ok)),
        failure -> on(context, () -> answer(request, route, whole(problem(request, failure)))));
  }

  private Future<Answer> call(HttpServerRequest request, Found found) {
    Handler handler =
        found
            .handler()
            .orElseThrow(() -> Problem.notImplemented("'" + found.operation().summary() + "'"));
    Query query = Query.parse(request.query());
    Future<Buffer> body =
        found.operation().takesBody()
            ? BodyReader.read(vertx, request, found.operation().takesAnyBody())
            : Future.succeededFuture(Buffer.buffer());
    return body.compose(
        bytes -> {
          query.allowOnly(found.operation().query());
          return handler.handle(new Call(found.names(), query, request.headers(), bytes));
        });
  }

  /** Some futures complete on the catalog's context; what follows belongs to the API server's. */
  private void on(Context context, Runnable action) {
    if (vertx.getOrCreateContext().equals(context)) {
      action.run();
    } else {
      context.runOnContext(v -> action.run());
    }
  }

  /** What a failure is to the client; one that nobody expected is logged. */
  public static Problem problem(HttpServerRequest request, Throwable failure) {
    return switch (failure) {
      case Problem problem -> problem;
      case Refused refused ->
          Outcomes.refusal(refused.code(), String.valueOf(refused.getMessage()));
      default -> {
        log.error("request failed method={} path={}", request.method(), request.path(), failure);
        yield Problem.of(500, "internal-error", "the gateway failed; its log says more");
      }
    };
  }

  private static Answer.Whole whole(Problem problem) {
    return Answer.problem(problem);
  }

  private void answer(HttpServerRequest request, String route, Answer answer) {
    switch (answer) {
      case Answer.Whole whole -> {
        count(route, whole.status());
        write(request, whole);
      }
      case Answer.Stream stream -> {
        count(route, 200);
        secure(request.response());
        stream.writer().accept(request);
      }
    }
  }

  private void count(String route, int status) {
    counters
        .computeIfAbsent(
            new Counted(route, status / 100),
            c ->
                meters.counter(
                    Meters.API_REQUESTS, "route", c.route(), "status", c.hundred() + "xx"))
        .increment();
  }

  /** Writes an answer, unless there is one or the client is gone. */
  public static void write(HttpServerRequest request, Answer.Whole answer) {
    HttpServerResponse response = request.response();
    if (response.closed() || response.ended()) {
      return;
    }
    secure(response);
    response.setStatusCode(answer.status());
    for (Map.Entry<String, String> header : answer.headers().entrySet()) {
      response.putHeader(header.getKey(), header.getValue());
    }
    Future<Void> sent = answer.body().map(response::end).orElseGet(response::end);
    boolean last = "close".equals(answer.headers().get("Connection"));
    sent.compose(v -> last ? request.connection().close() : Future.succeededFuture())
        .onFailure(
            e -> log.debug("answer not sent path={} cause={}", request.path(), e.toString()));
  }

  private static void secure(HttpServerResponse response) {
    response.putHeader("Cache-Control", "no-store").putHeader("X-Content-Type-Options", "nosniff");
  }
}
