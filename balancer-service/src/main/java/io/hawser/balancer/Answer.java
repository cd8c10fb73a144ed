package io.hawser.balancer;

import io.hawser.balancer.core.Endpoint;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;

/**
 * An instance's answer on its way to the client, as fast as the client reads. Owned by one event
 * loop.
 */
final class Answer {
  static final int EARLY_HINTS = 103;
  static final int LOWEST_STATUS = 200;
  static final int HIGHEST_STATUS = 999;

  private final Loop loop;
  private final Exchange exchange;
  private final Attempt attempt;
  private final HttpServerRequest request;
  private final HttpServerResponse to;
  private boolean close;

  Answer(Loop loop, Exchange exchange, Attempt attempt) {
    this.loop = loop;
    this.exchange = exchange;
    this.attempt = attempt;
    this.request = exchange.request();
    this.to = request.response();
  }

  void relay(HttpClientResponse from) {
    to.setStatusCode(from.statusCode());
    String reason = from.statusMessage();
    if (reason != null && RequestRules.printable(reason)) {
      to.setStatusMessage(reason);
    }
    MultiMap headers = to.headers();
    Headers.toClient(from.headers(), from.version(), headers);
    own(headers);
    close = exchange.lastOnConnection();
    boolean bodiless = bodiless(from.statusCode());
    if (from.statusCode() == 204) {
      headers.remove("Content-Length");
    }
    boolean untilClose = false;
    if (!bodiless && !headers.contains("Content-Length")) {
      if (request.version() == HttpVersion.HTTP_1_1) {
        to.setChunked(true);
      } else {
        untilClose = true;
        close = true;
      }
    }
    if (close) {
      // Last, because Vert.x promises a client of HTTP/1.0 to keep the connection.
      to.headersEndHandler(v -> headers.set("Connection", "close"));
    }
    from.endHandler(v -> end(from));
    if (!bodiless) {
      from.handler(chunk -> write(from, chunk));
      if (!untilClose) {
        headSoon();
      }
    }
  }

  /** Sends the head of an answer whose body does not come at once, as that of an event stream. */
  private void headSoon() {
    loop.context()
        .runOnContext(
            v -> {
              if (!to.headWritten() && !to.ended() && !to.closed()) {
                to.writeHead().onFailure(Exchange::ignored);
              }
            });
  }

  private void write(HttpClientResponse from, Buffer chunk) {
    if (to.closed()) {
      return;
    }
    to.write(chunk).onFailure(Exchange::ignored);
    if (to.writeQueueFull()) {
      from.pause();
      to.drainHandler(v -> from.resume());
    }
  }

  private void end(HttpClientResponse from) {
    attempt.done();
    if (to.closed()) {
      return;
    }
    exchange.finished(from.statusCode());
    to.end().onComplete(v -> exchange.settle(close), Exchange::ignored);
  }

  private void own(MultiMap headers) {
    Endpoint endpoint = attempt.endpoint();
    if (loop.exposeInstance()) {
      headers.set(Headers.INSTANCE, endpoint.key().id());
    }
    if (exchange.moved(endpoint)) {
      headers.add(
          "Set-Cookie",
          exchange.target().pool().cookie()
              + "="
              + endpoint.affinity()
              + "; Path=/; HttpOnly; SameSite=Lax");
    }
  }

  private boolean bodiless(int status) {
    return request.method().equals(HttpMethod.HEAD) || status == 204 || status == 304;
  }
}
