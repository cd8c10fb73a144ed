package io.hawser.registry;

import io.hawser.model.Facet.HttpTerms;
import io.hawser.registry.core.CheckRun;
import io.hawser.registry.core.CheckRun.Result;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.ClientSSLOptions;
import java.net.ConnectException;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of an HTTP check: asks as its terms say, and passes when status and body are what they
 * expect. The body is read, up to a limit, to be looked at and to keep the connection. On one event
 * loop.
 */
final class HttpCheck {
  private static final Logger log = LoggerFactory.getLogger(HttpCheck.class);

  /** A longer body costs its connection instead of being read. */
  static final int MAX_BODY_BYTES = 64 * 1024;

  private final Vertx vertx;
  private final HttpClient client;
  private final CheckRun run;
  private final HttpTerms terms;
  private final Promise<Result> result;
  private final Buffer body = Buffer.buffer();
  private @Nullable HttpClientRequest request;
  private long timer;
  private boolean timeUp;
  private boolean ended;
  private boolean retried;
  private long bodyBytes;

  HttpCheck(Vertx vertx, HttpClient client, CheckRun run, Promise<Result> result) {
    this.vertx = vertx;
    this.client = client;
    this.run = run;
    this.terms = run.spec().http().orElse(HttpTerms.DEFAULT);
    this.result = result;
  }

  void start() {
    int timeoutMs = run.spec().timeoutMs();
    timer =
        vertx.setTimer(
            Math.max(1, timeoutMs),
            id -> {
              timeUp = true;
              CheckRunner.settle(result, new Result.Fail("no answer within " + timeoutMs + " ms"));
              abandon();
            });
    send();
  }

  private void send() {
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.valueOf(terms.method()))
            .setHost(run.host())
            .setPort(run.port())
            .setURI(run.spec().path())
            .setConnectTimeout(run.spec().timeoutMs())
            .putHeader("User-Agent", "hawser-check");
    terms.headers().forEach(options::putHeader);
    if (terms.tls()) {
      options.setSsl(true).setSslOptions(tls());
    }
    client.request(options).onComplete(this::onConnection, this::onFailure);
  }

  private ClientSSLOptions tls() {
    return new ClientSSLOptions()
        .setTrustAll(!terms.verify())
        .setHostnameVerificationAlgorithm(terms.verify() ? "HTTPS" : "");
  }

  private void onConnection(HttpClientRequest connected) {
    request = connected;
    if (timeUp) {
      abandon();
      return;
    }
    connected.send().onComplete(this::onResponse, this::onFailure);
  }

  private void onResponse(HttpClientResponse response) {
    int status = response.statusCode();
    boolean expected = status >= terms.statusFrom() && status <= terms.statusTo();
    if (!expected) {
      CheckRunner.settle(result, new Result.Fail("status " + status));
    } else if (terms.body().isEmpty()) {
      CheckRunner.settle(result, new Result.Pass());
    }
    response
        .handler(this::onBody)
        .exceptionHandler(
            e -> log.debug("body of a check broke off instance={}", run.instance(), e))
        .endHandler(
            v -> {
              ended = true;
              match();
              boolean unused = vertx.cancelTimer(timer);
            });
  }

  private void onBody(Buffer chunk) {
    bodyBytes += chunk.length();
    if (!terms.body().isEmpty() && body.length() < MAX_BODY_BYTES) {
      body.appendBuffer(chunk, 0, Math.min(chunk.length(), MAX_BODY_BYTES - body.length()));
    }
    if (bodyBytes > MAX_BODY_BYTES) {
      match();
      abandon();
    }
  }

  /** All of the body that counts is there. */
  private void match() {
    boolean found = terms.body().isEmpty() || body.toString().contains(terms.body());
    CheckRunner.settle(
        result, found ? new Result.Pass() : new Result.Fail("the body lacks the expected text"));
  }

  /**
   * A kept connection may have been closed by the other side, rightly, just when it was to be used
   * again. That is no failure: ask once more.
   */
  private void onFailure(Throwable cause) {
    boolean lostConnection =
        cause instanceof HttpClosedException
            || (cause instanceof SocketException && !(cause instanceof ConnectException));
    if (lostConnection && !retried && !timeUp) {
      retried = true;
      resend();
      return;
    }
    CheckRunner.settle(result, CheckRunner.failure(cause));
  }

  private void resend() {
    try {
      send();
    } catch (RuntimeException e) {
      CheckRunner.settle(result, CheckRunner.failure(e));
    }
  }

  /** Gives the connection up, unless it is already free for the next run. */
  private void abandon() {
    HttpClientRequest sent = request;
    if (sent != null && !ended) {
      ended = true;
      sent.reset()
          .onFailure(e -> log.debug("check did not end cleanly instance={}", run.instance(), e));
    }
  }
}
