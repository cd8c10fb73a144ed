package io.hawser.balancer;

import io.hawser.balancer.core.AffinityTokens;
import io.hawser.balancer.core.Endpoint;
import io.hawser.balancer.core.Target;
import io.hawser.model.Facet.Affinity;
import io.hawser.model.InstanceKey;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request of a client, from its head to the end of its answer: finds its target, tries one
 * instance after the other as far as that does no harm, and counts how it ended. Owned by one event
 * loop.
 *
 * <p>What may be tried again: anything that was not sent; and a request without a body and without
 * effects when repeated, as long as no byte of an answer has come. The rest is answered with 502 or
 * 504, or, when an answer has begun, with a reset.
 */
final class Exchange {
  private static final Logger log = LoggerFactory.getLogger(Exchange.class);

  private final Loop loop;
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final Upload upload;
  private final long startNs;
  private final List<InstanceKey> tried = new ArrayList<>(1);
  private final List<String> failures = new ArrayList<>(0);
  private int tries;
  private String pinned = "";
  private boolean overloaded;
  private boolean finished;
  private @Nullable Target target;
  private @Nullable Attempt attempt;

  Exchange(Loop loop, HttpServerRequest request) {
    this.loop = loop;
    this.request = request;
    this.response = request.response();
    this.upload = new Upload(loop.node().context().vertx(), request);
    this.startNs = loop.nowNs();
  }

  /** For what has failed by the way, when the failure itself was already seen to. */
  static void ignored(Throwable cause) {
    log.debug("ignored cause={}", cause.toString());
  }

  HttpServerRequest request() {
    return request;
  }

  Upload upload() {
    return upload;
  }

  Target target() {
    return Objects.requireNonNull(target);
  }

  void start() {
    loop.node().requestBegan();
    response.exceptionHandler(this::unreadable);
    response.closeHandler(v -> clientGone());
    request.exceptionHandler(this::unreadable);
    Optional<Problem> refusal = RequestRules.refusal(request);
    if (refusal.isPresent()) {
      refuse(refusal.get());
      return;
    }
    String host = Objects.requireNonNullElse(request.getHeader("Host"), "");
    Optional<Target> found = loop.table().match(host, request.uri());
    if (found.isEmpty()) {
      refuse(
          new Problem(
              404,
              "unknown-route",
              "no route matches, and the path's first segment names no service"));
      return;
    }
    target = found.get();
    if (target.affinity() == Affinity.COOKIE) {
      for (String header : request.headers().getAll("Cookie")) {
        String value = AffinityTokens.find(header, target.pool().cookie());
        pinned = value.isEmpty() ? pinned : value;
      }
    }
    next();
  }

  private void next() {
    Optional<Endpoint> endpoint = choose();
    if (endpoint.isPresent()) {
      go(endpoint.get(), false);
    } else {
      refuse(nobody());
    }
  }

  private Optional<Endpoint> choose() {
    return loop.chooser().choose(target(), pinned, tried, loop.nowNs());
  }

  private void go(Endpoint endpoint, boolean fresh) {
    tries++;
    if (tries > 1) {
      loop.meters().retry(target().pool().service());
    }
    tried.add(endpoint.key());
    attempt = new Attempt(loop, this, endpoint, fresh);
    attempt.start();
  }

  // ---- what the attempt tells

  /** Nothing was sent: any request may go elsewhere. */
  void unreachable(Endpoint endpoint, Throwable cause) {
    String why = reason(cause);
    failures.add(endpoint.key().id() + ": " + why);
    if (cause instanceof ConnectionPoolTooBusyException || cause instanceof TimeoutException) {
      // All connections to it are at work. That is no reason to think that it is gone.
      overloaded = true;
    } else {
      loop.node().unreachable(endpoint, why, loop.nowNs());
    }
    if (finished) {
      return;
    }
    if (tries < BalancerSettings.MAX_TRIES) {
      next();
    } else {
      refuse(nobody());
    }
  }

  /** It was sent, and no byte of an answer came. */
  void lost(Attempt lost, boolean timedOut) {
    Endpoint endpoint = lost.endpoint();
    if (timedOut || !lost.reused()) {
      String why = timedOut ? "no answer in time" : "connection closed without an answer";
      loop.node().unanswered(endpoint, why, loop.nowNs());
    }
    boolean harmless = RequestRules.idempotent(request.method()) && !RequestRules.hasBody(request);
    if (!timedOut && harmless && tries < BalancerSettings.MAX_TRIES) {
      Optional<Endpoint> other = choose();
      if (other.isPresent()) {
        go(other.get(), false);
        return;
      }
      if (lost.reused()) {
        // It may just have closed a connection that it thought idle.
        go(endpoint, true);
        return;
      }
    }
    String who = who(endpoint);
    refuse(
        timedOut
            ? new Problem(504, "upstream-timeout", who + " did not answer in time")
            : new Problem(
                502, "upstream-failed", who + " closed the connection without an answer"));
  }

  /** The head of an answer has come. */
  void answered(Attempt by, HttpClientResponse answer) {
    Answer relayed = new Answer(loop, this, by);
    relayed.relay(answer);
  }

  /** It answered with a status that nobody asked for, or that there is not. */
  void misbehaved(Attempt by, int status) {
    refuse(
        new Problem(
            502, "upstream-failed", who(by.endpoint()) + " answered with the status " + status));
  }

  /** The client did not send its body. */
  void tooSlow() {
    refuse(
        new Problem(
            408,
            "body-too-slow",
            "fewer than "
                + BalancerSettings.BODY_PROGRESS_BYTES
                + " bytes of the body came within the time for them"));
  }

  /** Something to be known before the answer has come. */
  void hinted(MultiMap from) {
    if (finished || response.headWritten() || request.version() != HttpVersion.HTTP_1_1) {
      return;
    }
    MultiMap hints = HttpHeaders.headers();
    Headers.toClient(from, HttpVersion.HTTP_1_1, hints);
    response.writeEarlyHints(hints).onFailure(Exchange::ignored);
  }

  /** The try could not be carried on, by a defect here or something unheard of in the answer. */
  void broken(RuntimeException defect) {
    log.error("try failed by a defect method={} uri={}", request.method(), request.uri(), defect);
    truncated();
  }

  /** The answer broke off. */
  void truncated() {
    if (finished) {
      return;
    }
    if (response.headWritten()) {
      finish(502, true);
      Connections.reset(request.connection());
    } else {
      response.headers().clear();
      refuse(new Problem(502, "upstream-failed", "the instance's answer broke off"));
    }
  }

  // ---- the ways to end

  /** The whole answer has been handed on. */
  void finished(int status) {
    finish(status, status >= 500);
  }

  /** Answers on the balancer's own account. */
  void refuse(Problem problem) {
    if (finished) {
      return;
    }
    finish(problem.status(), problem.status() >= 500);
    Buffer body = problem.head(response);
    boolean poisoned = RequestRules.poisons(problem);
    boolean close = poisoned || lastOnConnection();
    if (close) {
      response.putHeader("Connection", "close");
    }
    response
        .end(body)
        .onComplete(
            v -> {
              if (poisoned) {
                request.connection().close().onFailure(Exchange::ignored);
              } else {
                settle(close);
              }
            },
            Exchange::ignored);
  }

  /** Whether the client's connection ends with this answer. */
  boolean lastOnConnection() {
    return upload.heldBack()
        || loop.draining()
        || Headers.hasToken(request.headers(), "Connection", "close");
  }

  /** After the answer: what becomes of the client's connection. */
  void settle(boolean close) {
    if (upload.pending() && !upload.heldBack()) {
      upload.discard(close);
    } else if (close) {
      request.connection().close().onFailure(Exchange::ignored);
    }
  }

  /** Whether the instance that answers is not the one that the client's cookie names. */
  boolean moved(Endpoint endpoint) {
    return target().affinity() == Affinity.COOKIE && !endpoint.affinity().equals(pinned);
  }

  /** The client's connection failed, or what came on it is no body. */
  private void unreadable(Throwable cause) {
    boolean gone = cause instanceof HttpClosedException || cause instanceof IOException;
    if (gone || response.headWritten() || finished) {
      clientGone();
      return;
    }
    refuse(new Problem(400, "bad-request", "the body cannot be read: its framing is broken"));
    // Vert.x closes the channel next, and not through the queue of what is to be written.
    Connections.flush(request.connection());
    if (attempt != null) {
      attempt.cancel();
    }
  }

  private void clientGone() {
    if (!finished) {
      finish(ProxyMeters.ABORTED, false);
      if (attempt != null) {
        attempt.cancel();
      }
    }
  }

  private void finish(int status, boolean error) {
    if (finished) {
      return;
    }
    finished = true;
    loop.node().requestEnded();
    String service = target == null ? "" : target.pool().service();
    long tookNs = loop.nowNs() - startNs;
    loop.meters().request(service, status, tookNs);
    if (!service.isEmpty()) {
      loop.traffic().record(service, loop.wallMs(), tookNs / 1_000, error);
    }
  }

  private Problem nobody() {
    String all = target().pool().service() + " has " + target().pool().census();
    if (failures.isEmpty()) {
      return new Problem(503, "no-instance", all + "; none is routable");
    }
    return new Problem(
        503,
        overloaded ? "overloaded" : "no-instance",
        all + "; none that was tried could be reached (" + String.join(", ", failures) + ")");
  }

  private static String who(Endpoint endpoint) {
    return "instance " + endpoint.key().id() + " of " + endpoint.key().service();
  }

  private static String reason(Throwable cause) {
    if (cause instanceof ConnectionPoolTooBusyException || cause instanceof TimeoutException) {
      return "all connections are in use";
    }
    if (cause instanceof ConnectException) {
      String text = String.valueOf(cause.getMessage());
      return text.contains("timed out") || text.contains("timeout")
          ? "connection timed out"
          : "connection refused";
    }
    return cause.getClass().getSimpleName();
  }
}
