package io.hawser.balancer;

import io.hawser.balancer.core.Endpoint;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One try of a request at one instance: gets a connection, sends, and waits for the head of the
 * answer. Tells its exchange exactly once how it went, unless it was cancelled. Owned by one event
 * loop.
 */
final class Attempt {
  private final Loop loop;
  private final Exchange exchange;
  private final Endpoint endpoint;
  private final boolean fresh;
  private final long startNs;
  private @Nullable HttpClientRequest upstream;
  private boolean reused;
  private boolean answered;
  private boolean over;

  /**
   * @param fresh on a connection of its own, not on a kept one
   */
  Attempt(Loop loop, Exchange exchange, Endpoint endpoint, boolean fresh) {
    this.loop = loop;
    this.exchange = exchange;
    this.endpoint = endpoint;
    this.fresh = fresh;
    this.startNs = loop.nowNs();
  }

  Endpoint endpoint() {
    return endpoint;
  }

  /**
   * Whether the connection had carried a request before: then its end may have nothing to do with
   * this one.
   */
  boolean reused() {
    return reused;
  }

  void start() {
    endpoint.state().enter();
    Future<HttpClientRequest> connected;
    try {
      connected = connect();
    } catch (RuntimeException e) {
      connected = Future.failedFuture(e);
    }
    connected.onComplete(this::connected, this::notConnected);
  }

  private Future<HttpClientRequest> connect() {
    SocketAddress server = SocketAddress.inetSocketAddress(endpoint.port(), endpoint.host());
    RequestOptions options =
        new RequestOptions()
            .setServer(server)
            .setHost(endpoint.host())
            .setPort(endpoint.port())
            .setMethod(exchange.request().method())
            .setURI(exchange.target().uri())
            .setConnectTimeout(BalancerSettings.POOL_TIMEOUT_MS);
    return (fresh ? loop.freshClient() : loop.client()).request(options);
  }

  private void notConnected(Throwable cause) {
    if (!over) {
      end();
      guarded(() -> exchange.unreachable(endpoint, cause));
    }
  }

  private void connected(HttpClientRequest request) {
    if (over) {
      // The client went away in the meantime. Nothing was sent: the connection is as good as new.
      request.reset().onFailure(Exchange::ignored);
      return;
    }
    upstream = request;
    reused = loop.reused(request.connection());
    guarded(() -> send(request));
  }

  private void send(HttpClientRequest request) {
    request.exceptionHandler(this::failed);
    Headers.toInstance(exchange.request(), request.headers());
    if (fresh) {
      request.putHeader("Connection", "close");
    }
    request.earlyHintsHandler(this::hints);
    request.response().onComplete(head -> guarded(() -> head(head)), this::failed);
    if (exchange.upload().pending()) {
      sendBody(request);
    } else {
      request.headers().remove("Expect");
      request.end().onFailure(this::failed);
      loop.await(this);
    }
  }

  private void sendBody(HttpClientRequest to) {
    HttpServerRequest from = exchange.request();
    if (!from.headers().contains("Content-Length")) {
      to.setChunked(true);
    }
    if (exchange.upload().expectsContinue()) {
      to.continueHandler(v -> exchange.upload().goOn());
    } else {
      to.headers().remove("Expect");
    }
    to.sendHead().onFailure(this::failed);
    exchange
        .upload()
        .pump(
            chunk -> {
              if (over) {
                return true;
              }
              to.write(chunk).onFailure(this::failed);
              if (to.writeQueueFull()) {
                to.drainHandler(v -> from.resume());
                return false;
              }
              return true;
            },
            () -> {
              if (!over) {
                to.end().onFailure(this::failed);
                if (!answered) {
                  loop.await(this);
                }
              }
            });
  }

  private void head(HttpClientResponse response) {
    if (over) {
      return;
    }
    int status = response.statusCode();
    if (status < Answer.LOWEST_STATUS || status > Answer.HIGHEST_STATUS) {
      end();
      exchange.misbehaved(this, status);
      reset();
      return;
    }
    answered = true;
    loop.awaitNoMore(this);
    endpoint.state().answered(startNs);
    response.exceptionHandler(this::failed);
    exchange.answered(this, response);
  }

  private void hints(MultiMap from) {
    if (!over && !answered) {
      guarded(() -> exchange.hinted(from));
    }
  }

  void timedOut() {
    lost(true);
  }

  private void failed(Throwable cause) {
    Exchange.ignored(cause);
    lost(false);
  }

  private void lost(boolean timedOut) {
    if (!over) {
      end();
      // The exchange first: whatever becomes of the connection, the client hears of it.
      guarded(
          () -> {
            if (answered) {
              exchange.truncated();
            } else {
              exchange.lost(this, timedOut);
            }
          });
      reset();
    }
  }

  /** A defect in handling one try must not leave its client without an answer. */
  private void guarded(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      cancel();
      exchange.broken(e);
    }
  }

  /** The whole answer has come. */
  void done() {
    if (over) {
      return;
    }
    if (exchange.upload().pending()) {
      // The connection is in the middle of a request: nobody else can use it.
      abandon();
    } else {
      end();
    }
  }

  /** Nobody wants the answer any more. */
  void cancel() {
    if (!over) {
      abandon();
    }
  }

  private void abandon() {
    end();
    reset();
  }

  private void reset() {
    if (upstream != null) {
      Connections.reset(upstream.connection());
    }
  }

  private void end() {
    over = true;
    endpoint.state().leave();
    loop.awaitNoMore(this);
  }
}
