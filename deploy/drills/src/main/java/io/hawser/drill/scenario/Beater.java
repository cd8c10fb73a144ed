package io.hawser.drill.scenario;

import io.hawser.cli.base.Reply;
import io.hawser.drill.cluster.DrillCluster;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A client that does nothing but beat, once in a second, through one gateway as long as that
 * answers, else through the next. A thread of its own.
 */
final class Beater {
  private static final long EVERY_NS = TimeUnit.SECONDS.toNanos(1);
  private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final int UNREACHED = 503;

  private final DrillCluster cluster;
  private final int nodes;
  private final String path;
  private final JsonObject registration;
  private int gateway;
  private volatile boolean over;

  private Beater(
      DrillCluster cluster, int nodes, String path, JsonObject registration, int gateway) {
    this.cluster = cluster;
    this.nodes = nodes;
    this.path = path;
    this.registration = registration;
    this.gateway = gateway;
  }

  /**
   * @param path of the instance
   * @param from the gateway to begin with
   */
  static Beater start(
      DrillCluster cluster, int nodes, String path, JsonObject registration, int from) {
    Beater beater = new Beater(cluster, nodes, path, registration, from % nodes);
    Thread unused = Thread.ofPlatform().daemon().name("beat").start(beater::run);
    return beater;
  }

  private void run() {
    while (!over) {
      long startNs = System.nanoTime();
      Reply reply = cluster.api(gateway).put(path + "/heartbeat", new JsonObject());
      if (reply.status() == 404) {
        reply = cluster.api(gateway).put(path, registration);
      }
      if (!reply.ok()) {
        gateway = (gateway + 1) % nodes;
      }
      if (reply.status() == UNREACHED) {
        LockSupport.parkNanos(PAUSE_NS);
      }
      long leftNs = EVERY_NS - (System.nanoTime() - startNs);
      while (reply.ok() && leftNs > 0 && !over) {
        LockSupport.parkNanos(leftNs);
        leftNs = EVERY_NS - (System.nanoTime() - startNs);
      }
    }
  }

  void stop() {
    over = true;
  }
}
