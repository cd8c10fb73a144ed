package io.hawser.balancer;

import io.hawser.balancer.core.Chooser;
import io.hawser.balancer.core.RoutingTable;
import io.hawser.balancer.core.TrafficLog;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpConnection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * What the requests of one event loop share. Everything but {@link #takeTraffic} is called on that
 * loop.
 */
final class Loop {
  private final BalancerNode node;
  private final Context context;
  private final HttpClientAgent client;
  private final HttpClientAgent freshClient;
  private final ProxyMeters meters;
  private final long responseTimeoutNs;
  private final boolean exposeInstance;
  private final Chooser chooser = new Chooser(RandomGenerator.getDefault());
  private final TrafficLog traffic = new TrafficLog();
  private final Set<HttpConnection> used = Collections.newSetFromMap(new IdentityHashMap<>());

  /**
   * Attempts that wait for the head of an answer, by when they began to: the time-out is the same
   * for all.
   */
  private final Map<Attempt, Long> waiting = new LinkedHashMap<>();

  private RoutingTable seen = RoutingTable.EMPTY;
  private boolean draining;

  Loop(BalancerNode node, Context context, HttpClientAgent client, HttpClientAgent freshClient) {
    this.node = node;
    this.context = context;
    this.client = client;
    this.freshClient = freshClient;
    this.meters = new ProxyMeters(node.context().meters());
    this.responseTimeoutNs =
        node.context().settings().get(BalancerSettings.RESPONSE_TIMEOUT_MS) * 1_000_000;
    this.exposeInstance = node.context().settings().get(BalancerSettings.EXPOSE_INSTANCE);
  }

  BalancerNode node() {
    return node;
  }

  Context context() {
    return context;
  }

  HttpClientAgent client() {
    return client;
  }

  /** Gives every request a connection of its own. */
  HttpClientAgent freshClient() {
    return freshClient;
  }

  Chooser chooser() {
    return chooser;
  }

  ProxyMeters meters() {
    return meters;
  }

  TrafficLog traffic() {
    return traffic;
  }

  boolean exposeInstance() {
    return exposeInstance;
  }

  long nowNs() {
    return node.context().time().nowNs();
  }

  long wallMs() {
    return node.context().time().wallMs();
  }

  boolean draining() {
    return draining || node.context().readiness().draining();
  }

  /** From now on answers ask their clients to go elsewhere with the next request. */
  void drain() {
    draining = true;
  }

  /** The present table. */
  RoutingTable table() {
    RoutingTable table = node.table();
    if (!table.equals(seen)) {
      seen = table;
      chooser.retain(table);
      meters.retain(table.pools().keySet());
    }
    return table;
  }

  /** Whether a connection has carried a request before; from now on it has. */
  boolean reused(HttpConnection connection) {
    if (!used.add(connection)) {
      return true;
    }
    connection.closeHandler(closed -> used.remove(connection));
    Connections.dropInformation(connection);
    // What fails on it is told to the attempt that it carries.
    connection.exceptionHandler(Exchange::ignored);
    return false;
  }

  void await(Attempt attempt) {
    waiting.put(attempt, nowNs());
  }

  void awaitNoMore(Attempt attempt) {
    waiting.remove(attempt);
  }

  /** Ends the attempts whose time is over. */
  void expire() {
    long nowNs = nowNs();
    while (!waiting.isEmpty()) {
      Map.Entry<Attempt, Long> oldest = waiting.entrySet().iterator().next();
      if (nowNs - oldest.getValue() < responseTimeoutNs) {
        return;
      }
      waiting.remove(oldest.getKey());
      oldest.getKey().timedOut();
    }
  }

  /** Takes the traffic of the seconds before this one. May be called on any thread. */
  Future<TrafficLog> takeTraffic(long wallMs) {
    Promise<TrafficLog> promise = Promise.promise();
    context.runOnContext(v -> promise.complete(traffic.takeBefore(wallMs)));
    return promise.future();
  }
}
