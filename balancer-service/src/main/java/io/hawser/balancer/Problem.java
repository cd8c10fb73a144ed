package io.hawser.balancer;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;

/**
 * An answer of the balancer's own (RFC 9457).
 *
 * @param code stable, kebab-case; also in the {@code Hawser-Error} header
 */
record Problem(int status, String code, String detail) {
  static final String ERROR_HEADER = "Hawser-Error";
  private static final String RETRY_AFTER_S = "1";

  /** Puts status and headers on an answer, and returns the body. */
  Buffer head(HttpServerResponse response) {
    String title = HttpResponseStatus.valueOf(status).reasonPhrase();
    Buffer body =
        new JsonObject()
            .put("type", "about:blank")
            .put("title", title)
            .put("status", status)
            .put("detail", detail)
            .put("code", code)
            .toBuffer();
    response
        .setStatusCode(status)
        .setStatusMessage(title)
        .putHeader("Content-Type", "application/problem+json")
        .putHeader("Content-Length", Integer.toString(body.length()))
        .putHeader("Cache-Control", "no-store")
        .putHeader(ERROR_HEADER, code);
    if (status == 503) {
      response.putHeader("Retry-After", RETRY_AFTER_S);
    }
    return body;
  }
}
