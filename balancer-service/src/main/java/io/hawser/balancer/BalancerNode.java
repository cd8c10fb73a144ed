package io.hawser.balancer;

import io.hawser.balancer.core.Endpoint;
import io.hawser.balancer.core.EndpointState;
import io.hawser.balancer.core.RoutingTable;
import io.hawser.bus.client.RegistryClient;
import io.hawser.model.Event.InstanceEjected;
import io.hawser.node.Meters;
import io.hawser.service.Listener;
import io.hawser.service.ServiceContext;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the balancer's verticles of one node share. Thread-safe. */
final class BalancerNode {
  private static final Logger log = LoggerFactory.getLogger(BalancerNode.class);

  private final ServiceContext context;
  private final RegistryClient registry;
  private final ProxyMeters meters;
  private final AtomicInteger awaited;
  private final AtomicInteger active = new AtomicInteger();
  private final List<Loop> loops = new CopyOnWriteArrayList<>();
  private final Listener listener = new Listener();
  private volatile RoutingTable table = RoutingTable.EMPTY;
  private volatile int port;

  /**
   * @param loops proxies that are to listen before the node is ready
   */
  BalancerNode(ServiceContext context, int loops) {
    this.context = context;
    this.registry = new RegistryClient(context.bus(), context.members(), context.catalog());
    this.meters = new ProxyMeters(context.meters());
    // One more for the table.
    this.awaited = new AtomicInteger(loops + 1);
    context.meters().gauge(Meters.PROXY_ACTIVE, active::get);
  }

  ServiceContext context() {
    return context;
  }

  ProxyMeters meters() {
    return meters;
  }

  RoutingTable table() {
    return table;
  }

  void table(RoutingTable next) {
    table = next;
    meters.retain(next.pools().keySet());
  }

  /** Called once by the table's verticle and once by each proxy, when it can do its part. */
  void partReady() {
    if (awaited.decrementAndGet() == 0) {
      context.readiness().ready(BalancerModule.ROLE);
    }
  }

  /** The port that the proxies listen on; only differs from the setting when that is 0. */
  int port() {
    return port;
  }

  void listening(int bound) {
    port = bound;
  }

  /** The socket that all proxies listen on. */
  Listener listener() {
    return listener;
  }

  List<Loop> loops() {
    return loops;
  }

  void requestBegan() {
    active.incrementAndGet();
  }

  void requestEnded() {
    active.decrementAndGet();
  }

  /** No connection to the instance could be had. */
  void unreachable(Endpoint endpoint, String reason, long nowNs) {
    tell(endpoint, reason, endpoint.state().unreachable(nowNs));
  }

  /** The instance took a request and did not answer it. */
  void unanswered(Endpoint endpoint, String reason, long nowNs) {
    tell(endpoint, reason, endpoint.state().unanswered(nowNs));
  }

  private void tell(Endpoint endpoint, String reason, EndpointState.Change change) {
    if (change == EndpointState.Change.NOTHING) {
      return;
    }
    if (change == EndpointState.Change.EJECTED) {
      log.warn("instance ejected instance={} reason={}", endpoint.key(), reason);
      context
          .events()
          .publish(new InstanceEjected(endpoint.key().service(), endpoint.key().id(), reason));
    }
    registry.complain(endpoint.key(), endpoint.incarnation(), reason);
  }
}
