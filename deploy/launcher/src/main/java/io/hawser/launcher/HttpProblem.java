package io.hawser.launcher;

import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the API port answers, as RFC 9457 wants it told, when no role does: to requests that are no
 * HTTP, that are too long, or that nobody has a route for.
 */
record HttpProblem(int status, String code, String detail) {
  private static final Logger log = LoggerFactory.getLogger(HttpProblem.class);

  /** Tells the failures that are left over by the routes. */
  static void answerFailuresOf(Router router) {
    router.errorHandler(
        400,
        request ->
            new HttpProblem(400, "bad-request", "The path is badly encoded, or there is no Host.")
                .answer(request));
    router.errorHandler(
        404,
        request ->
            new HttpProblem(404, "unknown-path", "There is nothing here; /docs has all paths.")
                .answer(request));
    router.errorHandler(
        405,
        request ->
            new HttpProblem(405, "method-not-allowed", "This path takes other methods.")
                .answer(request));
    router.errorHandler(
        500,
        request -> {
          log.error("request failed path={}", request.request().path(), request.failure());
          new HttpProblem(500, "internal-error", "The node failed; its log says more.")
              .answer(request);
        });
  }

  /** Answers what could not be read as a request. Nothing can be read after it. */
  static void answerInvalid(HttpServerRequest request) {
    DecoderResult result = request.decoderResult();
    of(result == null ? null : result.cause()).answerAndClose(request);
  }

  static HttpProblem of(@Nullable Throwable cause) {
    return switch (cause) {
      case TooLongHttpLineException unused ->
          new HttpProblem(414, "uri-too-long", "The request line is too long.");
      case TooLongHttpHeaderException unused ->
          new HttpProblem(431, "headers-too-large", "The headers are too large in all.");
      case TooLongFrameException unused ->
          new HttpProblem(431, "headers-too-large", "The request's head is too large.");
      case null, default -> new HttpProblem(400, "bad-request", "This is not HTTP/1.1.");
    };
  }

  private void answer(RoutingContext request) {
    if (!request.response().ended()) {
      write(request.request()).onFailure(HttpProblem::notSent);
    }
  }

  /** Answers, and takes no further request on the connection. */
  void answerAndClose(HttpServerRequest request) {
    request.response().putHeader("Connection", "close");
    write(request).eventually(() -> request.connection().close()).onFailure(HttpProblem::notSent);
  }

  private static void notSent(Throwable cause) {
    log.debug("answer not sent cause={}", cause.toString());
  }

  private Future<Void> write(HttpServerRequest request) {
    String words = code.replace('-', ' ');
    JsonObject body =
        new JsonObject()
            .put("type", "urn:hawser:problem:" + code)
            .put("title", words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1))
            .put("status", status)
            .put("code", code)
            .put("detail", detail);
    return request
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", "application/problem+json")
        .putHeader("Cache-Control", "no-store")
        .putHeader("X-Content-Type-Options", "nosniff")
        .end(body.toBuffer());
  }
}
