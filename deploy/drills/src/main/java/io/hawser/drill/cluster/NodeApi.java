package io.hawser.drill.cluster;

import io.hawser.cli.base.Api;
import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.Fields;
import io.hawser.cli.base.Reply;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * A node's API as a drill needs it: a node that does not answer is a finding and not an error.
 * Status 0 stands for no answer. Thread-safe.
 */
public final class NodeApi {
  private static final Duration TIMEOUT = Duration.ofSeconds(3);

  private final Api api;

  NodeApi(String url) {
    api = new Api(URI.create(url), TIMEOUT);
  }

  /** The API itself, for streams. */
  public Api api() {
    return api;
  }

  public Reply get(String path) {
    return answer(() -> api.get(path));
  }

  public Reply put(String path, JsonObject body) {
    return answer(() -> api.put(path, body));
  }

  public Reply post(String path, JsonObject body) {
    return answer(() -> api.post(path, body));
  }

  public Reply delete(String path) {
    return answer(() -> api.delete(path));
  }

  private static Reply answer(Supplier<Reply> request) {
    try {
      return request.get();
    } catch (CliFailure e) {
      return new Reply(0, e.render());
    }
  }

  public boolean ready() {
    return get("/health/ready").status() == 200;
  }

  /**
   * The instances of a service as this node sees them; empty also when it does not answer.
   *
   * @param health "any" or "passing"
   */
  public List<JsonObject> instances(String service, String health) {
    Reply reply = get(Api.path("services", service, "instances") + "?health=" + health);
    return reply.ok() ? Fields.items(reply.json(), "instances") : List.of();
  }

  /** The value of a metric summed over its labels; 0 when there is none. */
  public double metric(String name) {
    return metric(name, "");
  }

  /**
   * The same, of the series with a label.
   *
   * @param label {@code name="value"}, as it stands in the text; empty for all
   */
  public double metric(String name, String label) {
    return get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
        .filter(line -> line.contains(label))
        .mapToDouble(line -> number(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
