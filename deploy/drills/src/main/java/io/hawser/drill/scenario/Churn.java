package io.hawser.drill.scenario;

import io.hawser.cli.base.Api;
import io.hawser.cli.base.Reply;
import io.hawser.drill.cluster.NodeApi;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Registrations, renewals and deregistrations through one node, in an order that its seed decides.
 * Its own instances are touched by nobody else; some others are shared with the churn at other
 * nodes, so that both sides write the same. One thread; read the outcome after {@link #stop}.
 */
final class Churn {
  static final List<String> SERVICES = List.of("churn-a", "churn-b", "churn-c");
  static final int SHARED = 10;
  private static final long EVERY_NS = TimeUnit.MILLISECONDS.toNanos(40);
  private static final int TTL_MS = 3_600_000;
  private static final int MAX_INSTANCES = 2_000;

  private final String side;
  private final NodeApi node;
  private final Random dice;
  private final AtomicBoolean over = new AtomicBoolean();
  private final Thread thread;
  private final Map<String, Boolean> own = new TreeMap<>();
  private final Set<String> unsure = new HashSet<>();
  private int accepted;
  private int refused;
  private int unknown;
  private int number;

  private Churn(String side, NodeApi node, long seed) {
    this.side = side;
    this.node = node;
    this.dice = new Random(seed);
    this.thread = Thread.ofPlatform().name("churn-" + side).daemon().unstarted(this::run);
  }

  static Churn start(String side, NodeApi node, long seed) {
    Churn churn = new Churn(side, node, seed);
    churn.thread.start();
    return churn;
  }

  private void run() {
    while (!over.get() && number < MAX_INSTANCES) {
      long startNs = System.nanoTime();
      switch (dice.nextInt(10)) {
        case 0, 1 -> put("shared-" + dice.nextInt(SHARED));
        case 2 ->
            own.keySet().stream()
                .skip(own.isEmpty() ? 0 : dice.nextInt(own.size()))
                .findFirst()
                .ifPresent(this::delete);
        default -> put(side + "-" + ++number);
      }
      for (long leftNs = EVERY_NS;
          leftNs > 0 && !over.get();
          leftNs = startNs + EVERY_NS - System.nanoTime()) {
        LockSupport.parkNanos(leftNs);
      }
    }
  }

  private void put(String id) {
    JsonObject instance =
        new JsonObject()
            .put("host", "10.0.0.1")
            .put("port", 1 + Math.floorMod(id.hashCode(), 60_000))
            .put("weight", 1 + dice.nextInt(100))
            .put("ttlMs", TTL_MS);
    note(id, true, node.put(path(id), instance));
  }

  private void delete(String id) {
    note(id, false, node.delete(path(id)));
  }

  private void note(String id, boolean there, Reply reply) {
    boolean ok = reply.ok() || (!there && reply.status() == 404);
    if (ok) {
      accepted++;
    } else if (reply.status() / 100 == 4) {
      refused++;
    } else {
      unknown++;
    }
    if (id.startsWith("shared-")) {
      return;
    }
    if (ok) {
      own.put(id, there);
      unsure.remove(id);
    } else {
      unsure.add(id);
    }
  }

  private static String path(String id) {
    return Api.path("services", service(id), "instances", id);
  }

  static String service(String id) {
    return SERVICES.get(Math.floorMod(id.hashCode(), SERVICES.size()));
  }

  /** Ends it and waits until its last request is answered. */
  void stop() throws InterruptedException {
    over.set(true);
    LockSupport.unpark(thread);
    thread.join();
  }

  /** What was accepted and is not in this catalog, or was deleted and is. */
  List<String> missing(Set<String> ids) {
    return own.entrySet().stream()
        .filter(e -> !unsure.contains(e.getKey()))
        .filter(e -> ids.contains(e.getKey()) != e.getValue())
        .map(e -> (e.getValue() ? "lost " : "risen ") + e.getKey())
        .toList();
  }

  JsonObject figures() {
    return new JsonObject()
        .put("through", side)
        .put("accepted", accepted)
        .put("refused", refused)
        .put("unknown", unknown)
        .put("instances", own.values().stream().filter(there -> there).count());
  }
}
