package io.hawser.balancer;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a request must be like before anything is done with it. */
final class RequestRules {
  /** A request that has been through this many balancers of ours goes in a circle. */
  static final int MAX_PASSAGES = 8;

  private static final char DELETE = 0x7f;

  private static final Set<HttpMethod> IDEMPOTENT =
      Set.of(
          HttpMethod.GET,
          HttpMethod.HEAD,
          HttpMethod.OPTIONS,
          HttpMethod.TRACE,
          HttpMethod.PUT,
          HttpMethod.DELETE);

  private RequestRules() {}

  /** Why the request is refused; empty when it is not. */
  static Optional<Problem> refusal(HttpServerRequest request) {
    MultiMap headers = request.headers();
    if (!visibleAscii(request.uri()) || !visibleAscii(request.method().name())) {
      return bad("the request line has bytes that must be percent-encoded or not be there");
    }
    for (Map.Entry<String, String> header : headers) {
      if (!visibleAscii(header.getKey()) || !printable(header.getValue())) {
        return bad("a header field has an empty name, or bytes that must not be there");
      }
    }
    int hosts = headers.getAll("Host").size();
    if (hosts > 1 || (hosts == 0 && request.version() == HttpVersion.HTTP_1_1)) {
      return bad("a request needs exactly one Host header, this one has " + hosts);
    }
    List<String> codings = headers.getAll("Transfer-Encoding");
    if (!codings.isEmpty() && request.version() == HttpVersion.HTTP_1_0) {
      return bad("HTTP/1.0 knows no Transfer-Encoding");
    }
    if (!codings.isEmpty()
        && (codings.size() > 1 || !codings.getFirst().equalsIgnoreCase("chunked"))) {
      return bad("the only Transfer-Encoding that is taken is chunked, once");
    }
    if (request.method().equals(HttpMethod.CONNECT)) {
      return Optional.of(
          new Problem(405, "method-unsupported", "this is no forward proxy: CONNECT is refused"));
    }
    if (!request.uri().startsWith("/")) {
      return bad("the request target must be a path that starts with a slash");
    }
    if (request.uri().indexOf('#') >= 0) {
      return bad("the request target must not have a fragment");
    }
    if (Headers.hasToken(headers, "Upgrade", "websocket")) {
      return Optional.of(
          new Problem(501, "upgrade-unsupported", "WebSocket is not carried by this balancer yet"));
    }
    String expect = request.getHeader("Expect");
    if (expect != null && !expect.strip().equalsIgnoreCase("100-continue")) {
      return Optional.of(
          new Problem(
              417, "expectation-failed", "the only expectation that is met is 100-continue"));
    }
    if (Headers.passages(headers) >= MAX_PASSAGES) {
      return Optional.of(
          new Problem(
              508,
              "loop-detected",
              "an instance of this service is a balancer that leads back here"));
    }
    return Optional.empty();
  }

  /** Whether it has characters, and none but those that ASCII shows, without the space. */
  private static boolean visibleAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) <= ' ' || text.charAt(i) >= DELETE) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /**
   * Whether it has no control characters but the tab. Bytes beyond ASCII are opaque (RFC 9110 §5.5)
   * and pass as they came.
   */
  static boolean printable(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < ' ' && c != '\t') || c == DELETE) {
        return false;
      }
    }
    return true;
  }

  /** Whether nothing more is to be read from the request's connection. */
  static boolean poisons(Problem problem) {
    return problem.status() == 400 || problem.status() == 408;
  }

  /** Whether sending it twice does what sending it once does. */
  static boolean idempotent(HttpMethod method) {
    return IDEMPOTENT.contains(method);
  }

  static boolean hasBody(HttpServerRequest request) {
    String length = request.getHeader("Content-Length");
    return request.headers().contains("Transfer-Encoding")
        || (length != null && !length.strip().equals("0"));
  }

  /** The answer to what is no HTTP. */
  static Problem unreadable(Throwable cause) {
    if (cause instanceof TooLongHttpLineException) {
      return new Problem(
          414,
          "uri-too-long",
          "the request line has more than " + BalancerSettings.MAX_INITIAL_LINE_BYTES + " bytes");
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return new Problem(
          431,
          "header-too-large",
          "the header has more than " + BalancerSettings.MAX_HEADER_BYTES + " bytes");
    }
    return new Problem(400, "bad-request", "this is not HTTP/1.1");
  }

  private static Optional<Problem> bad(String detail) {
    return Optional.of(new Problem(400, "bad-request", detail));
  }
}
