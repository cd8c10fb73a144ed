package io.hawser.launcher;

import io.hawser.node.SettingKey;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

  private static final Pattern HOST =
      Pattern.compile("([a-z0-9._-]{1,255}|\\[[0-9a-f:.]{2,45}])(?::\\d{1,5})?");
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
    List<String> hosts = request.request().headers().getAll("Host");
    String host = hosts.size() == 1 ? hosts.getFirst() : "";
    String target = authorityOf(request.request().uri());
    if (!allowedHost(host) || !(target.isEmpty() || allowedHost(target))) {
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
    List<String> origins = request.request().headers().getAll("Origin");
    if (!origins.stream().allMatch(origin -> sameOrigin(origin, host))) {
      refuse(request, 403, "foreign-origin", "Pages of " + origins + " may not call this API.");
      return;
    }
    request.next();
  }

  /**
   * What stands between the scheme and the path of a request target in absolute form; else nothing.
   */
  private static String authorityOf(String target) {
    int scheme = target.indexOf("://");
    if (target.startsWith("/") || scheme < 0) {
      return "";
    }
    String rest = target.substring(scheme + 3);
    int end = rest.indexOf('/');
    return end < 0 ? rest : rest.substring(0, end);
  }

  /** Whether this is an allowed name, with a port or without one, and nothing else. */
  boolean allowedHost(String host) {
    Matcher parts = HOST.matcher(host.toLowerCase(Locale.ROOT));
    if (!parts.matches()) {
      return false;
    }
    String name = parts.group(1);
    return names.contains(name) || IPV4.matcher(name).matches() || IPV6.matcher(name).matches();
  }

  private static boolean sameOrigin(String origin, String host) {
    try {
      String authority = URI.create(origin).getAuthority();
      return authority != null && authority.equalsIgnoreCase(host);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static void refuse(RoutingContext request, int status, String code, String detail) {
    new HttpProblem(status, code, detail).answerAndClose(request.request());
  }
}
