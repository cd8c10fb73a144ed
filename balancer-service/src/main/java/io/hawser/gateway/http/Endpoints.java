package io.hawser.gateway.http;

import io.hawser.gateway.core.PathTree;
import io.hawser.gateway.json.Problem;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The endpoints of the API by path and method. Paths are relative to {@link #PREFIX}; a pattern is
 * written as in {@link PathTree}. Filled before the server listens, read-only from then on.
 */
public final class Endpoints {
  public static final String PREFIX = "/api/v1";

  /** Answers a call. It may throw, or fail the future with, a {@link Problem}. */
  @FunctionalInterface
  public interface Handler {
    Future<Answer> handle(Call call);
  }

  record Endpoint(Handler handler, boolean takesBody) {}

  record Found(String pattern, Endpoint endpoint, Map<String, String> names) {}

  private final PathTree<TreeMap<String, Endpoint>> tree = new PathTree<>();

  public void get(String pattern, Handler handler) {
    add(HttpMethod.GET, pattern, new Endpoint(handler, false));
  }

  public void put(String pattern, Handler handler) {
    add(HttpMethod.PUT, pattern, new Endpoint(handler, true));
  }

  public void post(String pattern, Handler handler) {
    add(HttpMethod.POST, pattern, new Endpoint(handler, true));
  }

  public void delete(String pattern, Handler handler) {
    add(HttpMethod.DELETE, pattern, new Endpoint(handler, false));
  }

  /** An endpoint of any method that reads no body. */
  public void bodiless(HttpMethod method, String pattern, Handler handler) {
    add(method, pattern, new Endpoint(handler, false));
  }

  private void add(HttpMethod method, String pattern, Endpoint endpoint) {
    Map<String, Endpoint> methods = tree.add(pattern, TreeMap::new);
    Endpoint before = methods.put(method.name(), endpoint);
    if (before != null) {
      throw new IllegalStateException("two endpoints for " + method + " " + pattern);
    }
  }

  /**
   * The endpoint for a request. HEAD goes to that of GET.
   *
   * @param path as it came, not decoded
   * @throws Problem 400, 404 or 405
   */
  Found find(HttpMethod method, String path) {
    if (!path.startsWith(PREFIX + "/")) {
      throw unknownPath();
    }
    PathTree.Match<TreeMap<String, Endpoint>> match =
        tree.match(path.substring(PREFIX.length())).orElseThrow(Endpoints::unknownPath);
    String wanted = method.equals(HttpMethod.HEAD) ? "GET" : method.name();
    Endpoint endpoint =
        Optional.ofNullable(match.value().get(wanted))
            .orElseThrow(() -> wrongMethod(match.pattern(), match.value()));
    return new Found(match.pattern(), endpoint, match.names());
  }

  private static Problem unknownPath() {
    return Problem.of(
        404,
        "unknown-path",
        "the API has no such path; it is at " + PREFIX + "/ and paths end without a slash");
  }

  private static Problem wrongMethod(String pattern, Map<String, Endpoint> methods) {
    String allowed =
        String.join(", ", methods.keySet()) + (methods.containsKey("GET") ? ", HEAD" : "");
    return Problem.of(405, "method-not-allowed", PREFIX + pattern + " takes only " + allowed)
        .with("Allow", allowed);
  }
}
