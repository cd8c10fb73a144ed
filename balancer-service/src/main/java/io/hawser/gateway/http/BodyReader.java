package io.hawser.gateway.http;

import io.hawser.gateway.json.Problem;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of one request and never keeps more than the limit. What follows a body that is
 * too large is thrown away for a while, so that the client gets to read the answer; then the
 * connection is closed.
 */
final class BodyReader {
  static final int MAX_BODY_BYTES = 1_048_576;

  /** How much of a body that was refused is still taken from the client. */
  private static final long MAX_DISCARDED_BYTES = 8L * MAX_BODY_BYTES;

  private static final long TIMEOUT_MS = 10_000;
  private static final long NO_TIMER = -1;
  private static final String JSON = "application/json";

  private final Vertx vertx;
  private final HttpServerRequest request;
  private final boolean anyType;
  private final Promise<Buffer> done = Promise.promise();
  private final Buffer body = Buffer.buffer();
  private long seen;
  private boolean refused;
  private boolean ended;
  private long timer = NO_TIMER;

  private BodyReader(Vertx vertx, HttpServerRequest request, boolean anyType) {
    this.vertx = vertx;
    this.request = request;
    this.anyType = anyType;
  }

  /**
   * The body. Fails with a {@link Problem}: 400, 408, 413 or 415.
   *
   * @param anyType whether it may be something else than JSON
   */
  static Future<Buffer> read(Vertx vertx, HttpServerRequest request, boolean anyType) {
    return new BodyReader(vertx, request, anyType).start();
  }

  private Future<Buffer> start() {
    // Most bodies come with their request, and need no timer.
    vertx.runOnContext(v -> beginTimer());
    request.handler(this::onData);
    request.endHandler(
        v -> {
          end();
          done.tryComplete(body);
        });
    request.exceptionHandler(
        e -> {
          end();
          done.tryFail(Problem.of(400, "broken-body", "the body ended too early"));
        });
    try {
      checkHeaders();
    } catch (Problem problem) {
      refuse(problem);
    }
    return done.future();
  }

  private void beginTimer() {
    if (!ended) {
      timer = vertx.setTimer(TIMEOUT_MS, id -> tooSlow());
    }
  }

  private void end() {
    ended = true;
    if (timer != NO_TIMER) {
      vertx.cancelTimer(timer);
    }
  }

  private void checkHeaders() {
    String length = request.getHeader("Content-Length");
    if (length != null && tooLarge(length)) {
      throw tooLarge();
    }
    boolean some =
        length == null ? request.getHeader("Transfer-Encoding") != null : !length.equals("0");
    if (some) {
      checkType(request.getHeader("Content-Type"), request.getHeader("Content-Encoding"));
    }
    if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
      request.response().writeContinue().onFailure(e -> done.tryFail(e));
    }
  }

  private static boolean tooLarge(String length) {
    try {
      return Long.parseLong(length) > MAX_BODY_BYTES;
    } catch (NumberFormatException e) {
      return true;
    }
  }

  private void checkType(@Nullable String type, @Nullable String encoding) {
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw wrongType("the body's Content-Encoding is not taken; send it plain");
    }
    if (!anyType
        && type != null
        && !type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals(JSON)) {
      throw wrongType(
          "the body's Content-Type must be "
              + JSON
              + "; with curl add -H 'Content-Type: "
              + JSON
              + "'");
    }
  }

  private static Problem wrongType(String detail) {
    return Problem.of(415, "unsupported-media-type", detail);
  }

  private void onData(Buffer data) {
    seen += data.length();
    if (refused) {
      if (seen > MAX_DISCARDED_BYTES) {
        request.connection().close().onFailure(e -> done.tryFail(e));
      }
    } else if (seen > MAX_BODY_BYTES) {
      refuse(tooLarge());
    } else {
      body.appendBuffer(data);
    }
  }

  private void refuse(Problem problem) {
    refused = true;
    boolean waits = "100-continue".equalsIgnoreCase(request.getHeader("Expect"));
    // A client that was told "no" instead of "go on" may send the next request at once: the two are
    // told apart only by a close.
    done.tryFail(waits ? problem.with("Connection", "close") : problem);
  }

  private void tooSlow() {
    boolean first =
        done.tryFail(
            Problem.of(408, "body-timeout", "the body did not arrive within " + TIMEOUT_MS + " ms")
                .with("Connection", "close"));
    if (!first) {
      request.connection().close().onFailure(e -> done.tryFail(e));
    }
  }

  private static Problem tooLarge() {
    return Problem.of(
        413, "body-too-large", "a body has at most " + MAX_BODY_BYTES + " bytes; split it up");
  }
}
