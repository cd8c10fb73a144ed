package io.hawser.registry;

import io.hawser.model.Facet.HttpTerms;
import io.hawser.registry.core.CheckRun;
import io.hawser.registry.core.CheckRun.Result;
import io.hawser.registry.core.CheckRun.Result.Cause;
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
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs checks. Each run has its own clock, which starts with it, and ends by itself, so that none
 * waits for another as long as there is room. When as many are under way as may be, the others wait
 * for a moment, and then have seen nothing. What this process lacks is never held against an
 * instance. To be used on one event loop, that of the verticle that made it.
 */
final class CheckRunner {
  private static final Logger log = LoggerFactory.getLogger(CheckRunner.class);

  /** Connections to one instance: it has at most 8 checks, of which some may be tried thrice. */
  private static final int CONNECTIONS_PER_INSTANCE = 24;

  private static final int QUEUE_PER_INSTANCE = 24;
  private static final int MAX_HEADER_BYTES = 16 * 1024;
  private static final int IDLE_SECONDS = 60;
  private static final int MAX_REASON = 160;

  /** The most attempts that are under way at once. */
  private static final int AT_ONCE = 2_048;

  /** How long one may wait for others to end. */
  private static final long LONGEST_WAIT_MS = 800;

  /** What the system says when there are no more files or buffers to be had. */
  private static final List<String> LACKS = List.of("Too many open files", "No buffer space");

  /** What it says when there is no way from here to one address, ports for it included. */
  private static final List<String> NO_WAY =
      List.of("Network is unreachable", "Cannot assign requested address");

  private record Waiting(CheckRun run, Promise<Result> result, long timer) {}

  private final Vertx vertx;
  private final int atOnce;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private final ArrayDeque<Waiting> doubtfulWaiting = new ArrayDeque<>();
  private int underWay;
  private int doubtfulUnderWay;
  private final NetClient netClient;
  private final HttpClient httpClient;

  /**
   * For those that believe any certificate: a client's connections are shared by all that ask the
   * same address, whatever each of them believes.
   */
  private final HttpClient believingClient;

  CheckRunner(Vertx vertx) {
    this(vertx, AT_ONCE);
  }

  /**
   * @param atOnce the most attempts that are under way at once
   */
  CheckRunner(Vertx vertx, int atOnce) {
    this.vertx = vertx;
    this.atOnce = atOnce;
    this.netClient = vertx.createNetClient();
    this.httpClient = client(vertx);
    this.believingClient = client(vertx);
  }

  private static HttpClient client(Vertx vertx) {
    return vertx.createHttpClient(
        new HttpClientOptions()
            .setKeepAlive(true)
            .setKeepAliveTimeout(IDLE_SECONDS)
            .setMaxHeaderSize(MAX_HEADER_BYTES)
            .setDecompressionSupported(false),
        new PoolOptions()
            .setHttp1MaxSize(CONNECTIONS_PER_INSTANCE)
            .setMaxWaitQueueSize(QUEUE_PER_INSTANCE));
  }

  private HttpClient clientFor(CheckRun run) {
    HttpTerms terms = run.spec().http().orElse(HttpTerms.DEFAULT);
    return terms.tls() && !terms.verify() ? believingClient : httpClient;
  }

  /**
   * Runs a check: once, or several times at once if there is room, of which the first that passes
   * counts. The future never fails, and is done when the time-out of the check is over, if not
   * before, and a moment later when it had to wait.
   */
  Future<Result> run(CheckRun run) {
    if (run.attempts() <= 1 || underWay > atOnce / 2) {
      return attempt(run);
    }
    Promise<Result> first = Promise.promise();
    int[] left = {run.attempts()};
    Result[] hardest = {new Result.Blind(Cause.CROWDED, "nothing was seen")};
    for (int i = 0; i < run.attempts(); i++) {
      onDone(
          attempt(run),
          result -> {
            left[0]--;
            hardest[0] = harder(hardest[0], result);
            if (result instanceof Result.Pass || left[0] == 0) {
              settle(first, hardest[0]);
            }
          });
    }
    return first.future();
  }

  /** What says most of several attempts at the same moment. */
  static Result harder(Result one, Result other) {
    return weight(other) >= weight(one) ? other : one;
  }

  private static int weight(Result result) {
    return switch (result) {
      case Result.Blind blind -> blind.cause() == Cause.CROWDED ? 0 : 1;
      case Result.Fail ignored -> 2;
      case Result.Refusal ignored -> 3;
      case Result.Pass ignored -> 4;
    };
  }

  private Future<Result> attempt(CheckRun run) {
    Promise<Result> result = Promise.promise();
    boolean doubtful = run.attempts() > 1;
    if (room(doubtful)) {
      start(run, result);
    } else {
      ArrayDeque<Waiting> line = line(doubtful);
      long timer = vertx.setTimer(LONGEST_WAIT_MS, id -> giveUp(line, result));
      line.add(new Waiting(run, result, timer));
    }
    return result.future();
  }

  /** Those that look into a failure, and may hang, leave half of the room to the others. */
  private boolean room(boolean doubtful) {
    return underWay < atOnce && (!doubtful || doubtfulUnderWay < Math.max(1, atOnce / 2));
  }

  private ArrayDeque<Waiting> line(boolean doubtful) {
    return doubtful ? doubtfulWaiting : waiting;
  }

  /** All wait for the same time, so that it is the first of the line whose time is over. */
  private static void giveUp(ArrayDeque<Waiting> line, Promise<Result> result) {
    Waiting first = line.peek();
    if (first != null && first.result().equals(result)) {
      line.remove();
      settle(result, new Result.Blind(Cause.CROWDED, "too many checks at once"));
    }
  }

  private void next(boolean doubtful) {
    underWay--;
    doubtfulUnderWay -= doubtful ? 1 : 0;
    if (!startNext(false)) {
      boolean unused = startNext(true);
    }
  }

  private boolean startNext(boolean doubtful) {
    Waiting first = room(doubtful) ? line(doubtful).poll() : null;
    if (first != null) {
      boolean unused = vertx.cancelTimer(first.timer());
      start(first.run(), first.result());
    }
    return first != null;
  }

  private void start(CheckRun run, Promise<Result> result) {
    boolean doubtful = run.attempts() > 1;
    underWay++;
    doubtfulUnderWay += doubtful ? 1 : 0;
    onDone(result.future(), r -> next(doubtful));
    try {
      switch (run.spec().type()) {
        case TCP -> connect(run, result);
        case HTTP -> new HttpCheck(vertx, clientFor(run), run, result).start();
      }
    } catch (RuntimeException e) {
      boolean first = result.tryComplete(failure(e));
      log.debug("check could not start instance={} first={}", run.instance(), first, e);
    }
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
    if (says(cause, LACKS)) {
      return new Result.Blind(Cause.LACKING, text(cause));
    }
    return switch (cause) {
      case ConnectTimeoutException ignored -> new Result.Fail("no connection in time");
      case UnknownHostException ignored -> new Result.Blind(Cause.LOST, "unknown host");
      default ->
          says(cause, NO_WAY)
              ? new Result.Blind(Cause.LOST, "no way from here: " + text(cause))
              : cause instanceof NoRouteToHostException
                  ? new Result.Fail("no route to host")
                  : new Result.Fail(text(cause));
    };
  }

  private static String text(Throwable cause) {
    String text = cause.getClass().getSimpleName() + ": " + cause.getMessage();
    return text.substring(0, Math.min(text.length(), MAX_REASON));
  }

  private static boolean says(Throwable failure, List<String> texts) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String text = String.valueOf(cause.getMessage());
      if (texts.stream().anyMatch(text::contains)) {
        return true;
      }
    }
    return false;
  }

  /** A time-out and an unreachable network come as ConnectExceptions, too. */
  private static boolean refused(Throwable cause) {
    return cause instanceof ConnectException
        && !(cause instanceof ConnectTimeoutException)
        && String.valueOf(cause.getMessage()).contains("refused");
  }
}
