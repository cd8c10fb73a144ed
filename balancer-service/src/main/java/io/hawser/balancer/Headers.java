package io.hawser.balancer;

import io.netty.util.AsciiString;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Which header fields pass, in both directions (RFC 9110 §7.6, RFC 9112). The framing of a message
 * is never copied as it came: it is set anew on each side.
 */
final class Headers {
  static final String INSTANCE = "Hawser-Instance";
  private static final String VIA = "Via";
  private static final String PSEUDONYM = "hawser";
  private static final String FORWARDED_PREFIX = "x-forwarded-";

  private static final Set<String> HOP_BY_HOP =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authenticate",
          "proxy-authorization",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  /** What a client says of earlier hops; nobody here vouches for it. */
  private static final Set<String> UNTRUSTED = Set.of("forwarded", "x-real-ip");

  /** What a Connection header cannot take off a message. */
  private static final Set<String> END_TO_END =
      Set.of(
          "host", "content-length", "content-type", "content-encoding", "authorization", "cookie");

  private Headers() {}

  /** The request's header for the instance. Expect passes: the instance decides. */
  static void toInstance(HttpServerRequest request, MultiMap to) {
    Set<String> listed = listed(request.headers());
    for (Map.Entry<String, String> header : request.headers()) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (passes(name, listed) && !UNTRUSTED.contains(name) && !name.startsWith(FORWARDED_PREFIX)) {
        to.add(header.getKey(), header.getValue());
      }
    }
    to.set("X-Forwarded-For", request.remoteAddress().hostAddress());
    to.set("X-Forwarded-Proto", "http");
    String host = request.getHeader("Host");
    if (host != null) {
      to.set("X-Forwarded-Host", host);
    }
    to.add(VIA, hop(request.version()));
  }

  /** The answer's header for the client. */
  static void toClient(MultiMap from, HttpVersion version, MultiMap to) {
    Set<String> listed = listed(from);
    for (Map.Entry<String, String> header : from) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (passes(name, listed)) {
        to.add(header.getKey(), header.getValue());
      }
    }
    to.remove(Problem.ERROR_HEADER);
    to.add(VIA, hop(version));
  }

  /** How often the request has been through a balancer of ours. */
  static int passages(MultiMap headers) {
    int passages = 0;
    for (String via : headers.getAll(VIA)) {
      for (String hop : via.split(",", -1)) {
        passages += hop.strip().endsWith(" " + PSEUDONYM) ? 1 : 0;
      }
    }
    return passages;
  }

  /** Whether a header of a list of tokens has this one. */
  static boolean hasToken(MultiMap headers, String name, String token) {
    for (String value : headers.getAll(name)) {
      for (String item : value.split(",", -1)) {
        if (AsciiString.contentEqualsIgnoreCase(item.strip(), token)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean passes(String name, Set<String> listed) {
    return !HOP_BY_HOP.contains(name) && !listed.contains(name);
  }

  private static Set<String> listed(MultiMap headers) {
    List<String> values = headers.getAll("Connection");
    if (values.isEmpty()) {
      return Set.of();
    }
    Set<String> listed = new HashSet<>();
    for (String value : values) {
      for (String token : value.split(",", -1)) {
        listed.add(token.strip().toLowerCase(Locale.ROOT));
      }
    }
    listed.removeAll(END_TO_END);
    return listed;
  }

  private static String hop(HttpVersion version) {
    return (version == HttpVersion.HTTP_1_0 ? "1.0 " : "1.1 ") + PSEUDONYM;
  }
}
