package io.hawser.balancer;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.function.Predicate;

/**
 * The body of a request, which waits, unread, until an instance is there to take it. Owned by one
 * event loop.
 */
final class Upload {
  /**
   * How long an instance may think about "Expect: 100-continue" before the client is told to go on
   * anyway.
   */
  private static final long CONTINUE_MS = 1_000;

  /**
   * How long the rest of a body that nobody wants is read, so that the client gets to read its
   * answer.
   */
  private static final long DISCARD_MS = 1_000;

  private final Vertx vertx;
  private final HttpServerRequest request;
  private final boolean expectsContinue;
  private boolean pending;
  private boolean continued;

  Upload(Vertx vertx, HttpServerRequest request) {
    this.vertx = vertx;
    this.request = request;
    this.pending = RequestRules.hasBody(request);
    this.expectsContinue =
        pending
            && request.version() == HttpVersion.HTTP_1_1
            && Headers.hasToken(request.headers(), "Expect", "100-continue");
    if (pending) {
      request.pause();
    }
  }

  /** Whether there is a body that has not come to its end. */
  boolean pending() {
    return pending;
  }

  boolean expectsContinue() {
    return expectsContinue;
  }

  /** Whether the client still waits to be told whether to send its body. */
  boolean heldBack() {
    return expectsContinue && !continued && pending;
  }

  /** Tells the client to send its body, once. */
  void goOn() {
    if (heldBack() && !request.response().headWritten()) {
      continued = true;
      request.response().writeContinue().onFailure(Exchange::ignored);
    }
  }

  /**
   * Reads the body.
   *
   * @param sink takes a chunk and returns whether it takes another one at once; if not, it resumes
   *     the request itself
   * @param atEnd called after the last chunk
   */
  void pump(Predicate<Buffer> sink, Runnable atEnd) {
    request.handler(
        chunk -> {
          if (!sink.test(chunk)) {
            request.pause();
          }
        });
    request.endHandler(
        v -> {
          pending = false;
          atEnd.run();
        });
    request.resume();
    if (heldBack()) {
      long unused = vertx.setTimer(CONTINUE_MS, id -> goOn());
    }
  }

  /**
   * Reads what is left, for a moment, so that the client gets to read its answer.
   *
   * @param close whether the connection is closed in any case; else only if that was not all
   */
  void discard(boolean close) {
    pump(
        chunk -> true,
        () -> {
          if (close) {
            request.connection().close().onFailure(Exchange::ignored);
          }
        });
    long unused =
        vertx.setTimer(
            DISCARD_MS,
            id -> {
              if (pending) {
                request.connection().close().onFailure(Exchange::ignored);
              }
            });
  }
}
