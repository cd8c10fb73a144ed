package io.hawser.registry;

import io.hawser.registry.core.CheckRun;
import io.hawser.registry.core.CheckRun.Result;
import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs checks. Each run has its own clock and ends by itself, so that none waits for another. To be
 * used on one event loop, that of the verticle that made it.
 */
final class CheckRunner {
  private static final Logger log = LoggerFactory.getLogger(CheckRunner.class);

  /** Connections to one instance: it has at most 8 checks, of which some may be tried thrice. */
  private static final int CONNECTIONS_PER_INSTANCE = 24;

  private static final int QUEUE_PER_INSTANCE = 24;
  private static final int MAX_HEADER_BYTES = 16 * 1024;
  private static final int IDLE_SECONDS = 60;
  private static final int MAX_REASON = 160;

  private final Vertx vertx;
  private final NetClient netClient;
  private final HttpClient httpClient;

  CheckRunner(Vertx vertx) {
    this.vertx = vertx;
    this.netClient = vertx.createNetClient();
    this.httpClient =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setKeepAlive(true)
                .setKeepAliveTimeout(IDLE_SECONDS)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setDecompressionSupported(false),
            new PoolOptions()
                .setHttp1MaxSize(CONNECTIONS_PER_INSTANCE)
                .setMaxWaitQueueSize(QUEUE_PER_INSTANCE));
  }

  /**
   * Runs a check: once, or several times at once, of which the first that passes counts. The future
   * never fails, and is done when the time-out of the check is over, if not before.
   */
  Future<Result> run(CheckRun run) {
    if (run.attempts() <= 1) {
      return attempt(run);
    }
    Promise<Result> first = Promise.promise();
    int[] left = {run.attempts()};
    for (int i = 0; i < run.attempts(); i++) {
      onDone(
          attempt(run),
          result -> {
            left[0]--;
            if (result instanceof Result.Pass || left[0] == 0) {
              settle(first, result);
            }
          });
    }
    return first.future();
  }

  private Future<Result> attempt(CheckRun run) {
    Promise<Result> result = Promise.promise();
    try {
      switch (run.spec().type()) {
        case TCP -> connect(run, result);
        case HTTP -> new HttpCheck(vertx, httpClient, run, result).start();
      }
    } catch (RuntimeException e) {
      boolean first = result.tryComplete(failure(e));
      log.debug("check could not start instance={} first={}", run.instance(), first, e);
    }
    return result.future();
  }

  private void connect(CheckRun run, Promise<Result> result) {
    int timeoutMs = run.spec().timeoutMs();
    long timer = deadline(vertx, timeoutMs, result, "no connection within " + timeoutMs + " ms");
    netClient
        .connect(new ConnectOptions().setHost(run.host()).setPort(run.port()).setTimeout(timeoutMs))
        .onComplete(
            socket -> {
              settle(result, new Result.Pass());
              close(socket);
            },
            cause -> settle(result, failure(cause)));
    onDone(result.future(), r -> vertx.cancelTimer(timer));
  }

  private static void close(NetSocket socket) {
    socket.close().onFailure(e -> log.debug("probe connection did not close", e));
  }

  static long deadline(Vertx vertx, int timeoutMs, Promise<Result> result, String reason) {
    return vertx.setTimer(Math.max(1, timeoutMs), id -> settle(result, new Result.Fail(reason)));
  }

  /** The first of several outcomes counts. */
  static void settle(Promise<Result> result, Result outcome) {
    boolean ignored = result.tryComplete(outcome);
  }

  private static void onDone(Future<Result> result, Consumer<Result> handler) {
    result.onSuccess(handler::accept).onFailure(e -> log.error("a check failed", e));
  }

  /** What a failed connection or exchange says of the instance. */
  static Result failure(Throwable cause) {
    if (refused(cause)) {
      return new Result.Refusal("connection refused");
    }
    String reason =
        switch (cause) {
          case ConnectTimeoutException ignored -> "no connection in time";
          case UnknownHostException ignored -> "unknown host";
          case NoRouteToHostException ignored -> "no route to host";
          default -> cause.getClass().getSimpleName() + ": " + cause.getMessage();
        };
    return new Result.Fail(reason.substring(0, Math.min(reason.length(), MAX_REASON)));
  }

  /** A time-out and an unreachable network come as ConnectExceptions, too. */
  private static boolean refused(Throwable cause) {
    return cause instanceof ConnectException
        && !(cause instanceof ConnectTimeoutException)
        && String.valueOf(cause.getMessage()).contains("refused");
  }
}
