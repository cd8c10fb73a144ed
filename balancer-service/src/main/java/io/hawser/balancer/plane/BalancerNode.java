package io.hawser.balancer.plane;

import io.hawser.balancer.core.Endpoint;
import io.hawser.balancer.core.EndpointState;
import io.hawser.balancer.core.Pool;
import io.hawser.balancer.core.RoutingTable;
import io.hawser.bus.client.BalancerClient;
import io.hawser.bus.client.RegistryClient;
import io.hawser.model.Event.InstanceEjected;
import io.hawser.node.Meters;
import io.hawser.service.ServiceContext;
import io.vertx.core.Context;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the balancer's verticles of one node share. Thread-safe. */
public final class BalancerNode {
  private static final Logger log = LoggerFactory.getLogger(BalancerNode.class);

  public static final String ROLE = BalancerClient.ROLE;

  private static final int LOWEST_ERROR = 500;
  private static final int BAD_GATEWAY = 502;
  private static final int GATEWAY_TIMEOUT = 504;

  /** The table and the listeners. */
  private static final int PARTS = 2;

  private final ServiceContext context;
  private final RegistryClient registry;
  private final ProxyMeters meters;
  private final InstanceMeters instances;
  private final Context control;
  private final AtomicInteger awaited = new AtomicInteger(PARTS);
  private final AtomicInteger active = new AtomicInteger();
  private final List<TrafficSource> loops = new CopyOnWriteArrayList<>();
  private volatile RoutingTable table = RoutingTable.EMPTY;
  private RoutingTable shown = RoutingTable.EMPTY;
  private volatile int port;
  private volatile int tlsPort;

  public BalancerNode(ServiceContext context) {
    this.context = context;
    this.registry = new RegistryClient(context.bus(), context.members(), context.catalog());
    this.meters = new ProxyMeters(context.meters());
    this.instances = new InstanceMeters(context.meters(), context.time());
    this.control = context.vertx().getOrCreateContext();
    context.meters().gauge(Meters.PROXY_ACTIVE, active::get);
    context.meters().gauge(Meters.PROXY_EJECTED, this::ejected);
  }

  /** How many instances this node sends nothing to, because they failed it. */
  private long ejected() {
    long nowNs = context.time().nowNs();
    return table.pools().values().stream()
        .flatMap(pool -> pool.open().stream())
        .filter(endpoint -> endpoint.state().ejected(nowNs))
        .count();
  }

  public ServiceContext context() {
    return context;
  }

  public ProxyMeters meters() {
    return meters;
  }

  public RoutingTable table() {
    return table;
  }

  /** Sets it; called by the table's verticle. */
  public void table(RoutingTable next) {
    table = next;
    meters.retain(next.pools().keySet());
  }

  /** Has the meters show the instances of the present table; called by the table's verticle. */
  public void showInstances() {
    RoutingTable present = table;
    if (!present.equals(shown)) {
      shown = present;
      instances.show(present);
    }
  }

  /** Called by the table's verticle and by that of the proxies, when it can do its part. */
  public void partReady() {
    if (awaited.decrementAndGet() == 0) {
      context.readiness().ready(ROLE);
    }
  }

  /** The port that the proxies listen on; only differs from the setting when that is 0. */
  public int port() {
    return port;
  }

  /** The port that takes TLS; 0 when none does. */
  public int tlsPort() {
    return tlsPort;
  }

  public void listening(int bound, int boundTls) {
    port = bound;
    tlsPort = boundTls;
  }

  public List<TrafficSource> loops() {
    return loops;
  }

  public void requestBegan() {
    active.incrementAndGet();
  }

  public void requestEnded() {
    active.decrementAndGet();
  }

  /** No connection to the instance could be had. */
  public void unreachable(Endpoint endpoint, String reason, long nowNs) {
    tell(endpoint, reason, endpoint.state().unreachable(nowNs));
  }

  /** The instance took a request and did not answer it. */
  public void unanswered(Pool pool, Endpoint endpoint, String reason, long nowNs) {
    EndpointState state = endpoint.state();
    boolean outlier = pool.outlier(endpoint, nowNs);
    tell(endpoint, reason, state.unanswered(pool.mayEject(state, nowNs), outlier, nowNs));
  }

  /**
   * The head of an answer has come: what it says of how fast the instance is, and nothing yet of
   * whether it works.
   *
   * @param askedNs from when on it was waited for
   */
  public void began(Endpoint endpoint, int status, long askedNs, long nowNs) {
    endpoint.state().measured(askedNs, status >= LOWEST_ERROR, nowNs);
  }

  /**
   * An answer has come to its end, or will not be waited for, or has gone on for so long that it
   * counts.
   *
   * @param startedNs when it was asked for
   */
  public void answered(Pool pool, Endpoint endpoint, int status, long startedNs, long nowNs) {
    EndpointState state = endpoint.state();
    boolean error = status >= LOWEST_ERROR;
    state.counted(error, nowNs);
    if (!error) {
      state.answered(startedNs);
      return;
    }
    state.answeredBadly(startedNs);
    boolean counts = status >= BAD_GATEWAY && status <= GATEWAY_TIMEOUT;
    boolean outlier = pool.outlier(endpoint, nowNs);
    tell(
        endpoint,
        "answers with errors",
        state.erred(pool.mayEject(state, nowNs), counts, outlier, nowNs));
  }

  private void tell(Endpoint endpoint, String reason, EndpointState.Change change) {
    if (change != EndpointState.Change.NOTHING) {
      // The loops of the data plane are none of Vert.x's.
      control.runOnContext(v -> announce(endpoint, reason, change));
    }
  }

  private void announce(Endpoint endpoint, String reason, EndpointState.Change change) {
    if (change == EndpointState.Change.EJECTED) {
      log.warn("instance ejected instance={} reason={}", endpoint.key(), reason);
      meters.ejection(endpoint.key().service());
      context
          .events()
          .publish(new InstanceEjected(endpoint.key().service(), endpoint.key().id(), reason));
    }
    registry.complain(endpoint.key(), endpoint.incarnation(), reason);
  }
}
