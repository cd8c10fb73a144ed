package io.hawser.balancer;

import io.hawser.balancer.core.Endpoint;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
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

  /** Of the body, since its time was last begun anew. */
  private long progressBytes;

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
      request.exceptionHandler(Exchange::ignored);
      request.reset().onFailure(Exchange::ignored);
      return;
    }
    upstream = request;
    reused = Connections.reused(request.connection());
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
      loop.waiting().begin(this, loop.nowNs());
    }
  }

  private void sendBody(HttpClientRequest to) {
    if (!exchange.request().headers().contains("Content-Length")) {
      to.setChunked(true);
    }
    if (exchange.upload().expectsContinue()) {
      to.continueHandler(v -> exchange.upload().goOn());
    } else {
      to.headers().remove("Expect");
    }
    to.sendHead().onFailure(this::failed);
    loop.reading().begin(this, loop.nowNs());
    exchange.upload().pump(chunk -> over || forward(chunk, to), () -> uploaded(to));
  }

  /** Returns whether more may come at once. */
  private boolean forward(Buffer chunk, HttpClientRequest to) {
    progressBytes += chunk.length();
    to.write(chunk).onFailure(this::failed);
    if (over) {
      return true;
    }
    if (to.writeQueueFull()) {
      loop.reading().end(this);
      loop.writing().begin(this, loop.nowNs());
      to.drainHandler(v -> drained());
      return false;
    }
    if (progressBytes >= BalancerSettings.BODY_PROGRESS_BYTES) {
      awaitBody();
    }
    return true;
  }

  private void drained() {
    if (!over) {
      loop.writing().end(this);
      awaitBody();
    }
    exchange.request().resume();
  }

  private void awaitBody() {
    progressBytes = 0;
    if (!answered) {
      loop.reading().begin(this, loop.nowNs());
    }
  }

  private void uploaded(HttpClientRequest to) {
    if (over) {
      return;
    }
    loop.reading().end(this);
    loop.writing().end(this);
    to.end().onFailure(this::failed);
    if (!answered && !over) {
      loop.waiting().begin(this, loop.nowNs());
    }
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
    loop.waiting().end(this);
    // Both may go on for as long as they like now.
    loop.reading().end(this);
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

  /** The client takes too long to send its body. */
  void tooSlow() {
    if (!over) {
      end();
      guarded(exchange::tooSlow);
      reset();
    }
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
    loop.waiting().end(this);
    loop.writing().end(this);
    loop.reading().end(this);
  }
}
