package io.hawser.launcher;

import io.hawser.bus.Bus;
import io.hawser.node.Meters;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.core.spi.cluster.RegistrationInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes entries of nodes that are gone from the table of subscriptions. One can stay behind when
 * a node dies while others join, leave or come together again; then every second call to a node
 * that came back under its old name goes to its former life. A node looks at the addresses that it
 * is subscribed to itself, so that for each there is somebody who looks. What is stale on two
 * sweeps in a row goes: the list of members may lag. On an event loop.
 */
final class StaleSubscriptions {
  static final Duration INTERVAL = Duration.ofSeconds(10);

  private static final Logger log = LoggerFactory.getLogger(StaleSubscriptions.class);

  private record Entry(String address, RegistrationInfo info) {}

  private final Vertx vertx;
  private final ClusterManager manager;
  private final Bus bus;
  private final Meters meters;
  private Set<Entry> seen = Set.of();

  StaleSubscriptions(Vertx vertx, ClusterManager manager, Bus bus, Meters meters) {
    this.vertx = vertx;
    this.manager = manager;
    this.bus = bus;
    this.meters = meters;
  }

  void start(Duration interval) {
    vertx
        .getOrCreateContext()
        .runOnContext(v -> vertx.setPeriodic(interval.toMillis(), id -> sweep()));
  }

  private void sweep() {
    List<Future<List<Entry>>> reads = bus.addresses().stream().map(this::read).toList();
    // A node that is stopping cannot say who is there: that fails the sweep, as a failed read does.
    Future.join(reads)
        .map(
            done -> {
              Set<String> nodes = Set.copyOf(manager.getNodes());
              Set<Entry> stale = new HashSet<>();
              reads.forEach(read -> stale.addAll(read.result()));
              stale.removeIf(entry -> nodes.contains(entry.info().nodeId()));
              stale.stream().filter(seen::contains).forEach(this::remove);
              seen = Set.copyOf(stale);
              return done;
            })
        .onFailure(e -> log.debug("subscriptions not read", e));
  }

  private Future<List<Entry>> read(String address) {
    Promise<List<RegistrationInfo>> found = Promise.promise();
    manager.getRegistrations(address, found);
    return found
        .future()
        .map(
            infos -> {
              List<Entry> entries = new ArrayList<>();
              infos.forEach(info -> entries.add(new Entry(address, info)));
              return entries;
            });
  }

  private void remove(Entry entry) {
    meters.counter(Meters.BUS_STALE).increment();
    log.warn(
        "subscription of a gone node removed address={} node={}",
        entry.address(),
        entry.info().nodeId());
    Promise<Void> removed = Promise.promise();
    manager.removeRegistration(entry.address(), entry.info(), removed);
    removed
        .future()
        .onFailure(e -> log.warn("subscription not removed address={}", entry.address(), e));
  }
}
