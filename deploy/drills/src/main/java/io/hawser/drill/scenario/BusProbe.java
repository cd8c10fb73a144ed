package io.hawser.drill.scenario;

import io.hawser.cli.base.Api;
import io.hawser.cli.base.Fields;
import io.hawser.cli.base.Reply;
import io.hawser.drill.cluster.NodeApi;
import io.hawser.drill.cluster.Wait;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Sees whether every node hears every node on the bus: an instance is registered through each, and
 * the event of it has to come to all. Events are published once and repaired by nobody, so one that
 * comes shows a subscription that works.
 */
final class BusProbe {
  private static final String SERVICE = "drill-probe";
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int MAX_TRIES = 30;

  private final List<NodeApi> nodes;
  private int number;

  BusProbe(List<NodeApi> nodes) {
    this.nodes = List.copyOf(nodes);
  }

  /**
   * How long it took until all heard all, and how many probes got lost before.
   *
   * @param ms from the call on; -1: never
   */
  record Outcome(double ms, int lost) {
    boolean back() {
      return ms >= 0;
    }
  }

  Outcome run() {
    long startNs = System.nanoTime();
    int lost = 0;
    for (NodeApi from : nodes) {
      int tries = 0;
      while (!heardFrom(from)) {
        lost++;
        if (++tries == MAX_TRIES) {
          return new Outcome(-1, lost);
        }
      }
    }
    return new Outcome(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs), lost);
  }

  private boolean heardFrom(NodeApi from) {
    String id = "probe-" + ++number;
    JsonObject instance =
        new JsonObject().put("host", "127.0.0.1").put("port", 1).put("ttlMs", 600_000);
    String path = Api.path("services", SERVICE, "instances", id);
    Reply put = from.put(path, instance);
    boolean heard =
        put.ok() && Wait.until(PATIENCE, () -> nodes.stream().allMatch(n -> knows(n, id)));
    Reply unused = from.delete(path);
    if (!put.ok()) {
      Wait.pass(Duration.ofMillis(500));
    }
    return heard;
  }

  private static boolean knows(NodeApi node, String id) {
    Reply events =
        node.get(Api.path("events") + "?service=" + SERVICE + "&kind=InstanceRegistered");
    return Fields.items(events.json(), "events").stream()
        .anyMatch(event -> Fields.text(event, "instance", "event.instance", "id").equals(id));
  }
}
