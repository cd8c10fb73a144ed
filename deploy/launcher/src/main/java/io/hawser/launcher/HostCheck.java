package io.hawser.launcher;

import io.hawser.node.SettingKey;
import io.vertx.core.Handler;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keeps web pages of other sites away from the API. A page can make a browser send requests to a
 * loopback port, under a name of its own that resolves to it (DNS rebinding) or across origins; so
 * the Host must be an IP address, localhost or a configured name, and an Origin, where one is sent,
 * must be the API's own.
 */
final class HostCheck implements Handler<RoutingContext> {
  static final SettingKey<String> ALLOWED_HOSTS =
      SettingKey.text(
          "api.allowed-hosts", "", "Comma-separated host names under which the API may be called");

  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
  private static final Pattern IPV6 = Pattern.compile("\\[[0-9a-f:.]+]");

  private final Set<String> names = new TreeSet<>(Set.of("localhost"));

  HostCheck(String allowedHosts) {
    Arrays.stream(allowedHosts.split(",", -1))
        .map(name -> name.strip().toLowerCase(Locale.ROOT))
        .filter(name -> !name.isEmpty())
        .forEach(names::add);
  }

  @Override
  public void handle(RoutingContext request) {
    HostAndPort authority = request.request().authority();
    String host = authority == null ? null : authority.toString();
    if (!allowedHost(host)) {
      refuse(
          request,
          421,
          "foreign-host",
          "This API is not called '"
              + host
              + "'. Use an IP address or localhost, or add the name"
              + " to api.allowed-hosts.");
      return;
    }
    String origin = request.request().getHeader("Origin");
    if (origin != null && !sameOrigin(origin, host)) {
      refuse(request, 403, "foreign-origin", "Pages of '" + origin + "' may not call this API.");
      return;
    }
    request.next();
  }

  boolean allowedHost(@Nullable String host) {
    if (host == null) {
      return false;
    }
    String name = withoutPort(host.toLowerCase(Locale.ROOT));
    return names.contains(name) || IPV4.matcher(name).matches() || IPV6.matcher(name).matches();
  }

  private static boolean sameOrigin(String origin, @Nullable String host) {
    try {
      String authority = URI.create(origin).getAuthority();
      return authority != null && authority.equalsIgnoreCase(host);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String withoutPort(String host) {
    int colon = host.lastIndexOf(':');
    return colon > host.lastIndexOf(']') && colon >= 0 ? host.substring(0, colon) : host;
  }

  private static void refuse(RoutingContext request, int status, String code, String detail) {
    JsonObject problem =
        new JsonObject()
            .put("type", "about:blank")
            .put("title", status == 421 ? "Misdirected Request" : "Forbidden")
            .put("status", status)
            .put("code", code)
            .put("detail", detail);
    request
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", "application/problem+json")
        .putHeader("Connection", "close")
        .end(problem.toBuffer())
        .onFailure(request::fail);
  }
}
