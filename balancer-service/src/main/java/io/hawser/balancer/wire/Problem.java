package io.hawser.balancer.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;

/**
 * An answer of the balancer's own (RFC 9457).
 *
 * @param code stable, kebab-case; also in the {@code Hawser-Error} header
 */
public record Problem(int status, String code, String detail) {
  private static final String RETRY_AFTER_S = "1";

  public static Problem bad(String detail) {
    return new Problem(400, "bad-request", detail);
  }

  /** Whether nothing more can be read from the request's connection. */
  public boolean poisons() {
    return switch (status) {
      case 400, 408, 413, 414, 431, 505 -> true;
      default -> false;
    };
  }

  /**
   * The whole answer.
   *
   * @param bodiless as to a HEAD
   * @param connection what stands in the Connection header; empty: nothing does
   */
  public ByteBuf encode(ByteBufAllocator allocator, boolean bodiless, String connection) {
    String title = HttpResponseStatus.valueOf(status).reasonPhrase();
    byte[] body =
        new JsonObject()
            .put("type", "about:blank")
            .put("title", title)
            .put("status", status)
            .put("detail", detail)
            .put("code", code)
            .encode()
            .getBytes(StandardCharsets.UTF_8);
    StringBuilder head = new StringBuilder(256);
    head.append("HTTP/1.1 ").append(status).append(' ').append(title);
    head.append("\r\nContent-Type: application/problem+json\r\nContent-Length: ");
    head.append(body.length).append("\r\nCache-Control: no-store\r\nHawser-Error: ").append(code);
    if (status == 503 || status == 429) {
      head.append("\r\nRetry-After: " + RETRY_AFTER_S);
    }
    if (status == 405) {
      head.append("\r\nAllow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
    }
    if (!connection.isEmpty()) {
      head.append("\r\nConnection: ").append(connection);
    }
    head.append("\r\n\r\n");
    ByteBuf out = allocator.buffer(head.length() + body.length);
    out.writeCharSequence(head, StandardCharsets.US_ASCII);
    return bodiless ? out : out.writeBytes(body);
  }
}
