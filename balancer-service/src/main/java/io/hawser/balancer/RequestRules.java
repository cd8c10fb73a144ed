package io.hawser.balancer;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a request must be like before anything is done with it. */
final class RequestRules {
  /** A request that has been through this many balancers of ours goes in a circle. */
  static final int MAX_PASSAGES = 8;

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

  /** Whether the request's framing is so broken that its connection cannot be used again. */
  static boolean poisons(Problem problem) {
    return problem.status() == 400;
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
