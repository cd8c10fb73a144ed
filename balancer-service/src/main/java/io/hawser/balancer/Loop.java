package io.hawser.balancer;

import io.hawser.balancer.core.Chooser;
import io.hawser.balancer.core.Deadlines;
import io.hawser.balancer.core.RoutingTable;
import io.hawser.balancer.core.TrafficLog;
import io.hawser.node.SettingKey;
import io.hawser.node.Settings;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpConnection;
import java.util.Optional;
import java.util.function.Consumer;
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
  private final boolean exposeInstance;
  private final Chooser chooser = new Chooser(RandomGenerator.getDefault());
  private final TrafficLog traffic = new TrafficLog();

  /** Attempts that wait for the head of an answer. */
  private final Deadlines<Attempt> waiting;

  /** Attempts that wait for an instance to take more of a body. */
  private final Deadlines<Attempt> writing;

  /** Attempts that wait for a client to send more of a body. */
  private final Deadlines<Attempt> reading;

  /** Connections that wait for the rest of a request's head. */
  private final Deadlines<HeadClock> heads;

  private final int maxClients;
  private int clients;

  private RoutingTable seen = RoutingTable.EMPTY;
  private boolean draining;

  Loop(BalancerNode node, Context context, HttpClientAgent client, HttpClientAgent freshClient) {
    this.node = node;
    this.context = context;
    this.client = client;
    this.freshClient = freshClient;
    Settings settings = node.context().settings();
    this.waiting = deadlines(settings, BalancerSettings.RESPONSE_TIMEOUT_MS);
    this.writing = deadlines(settings, BalancerSettings.WRITE_TIMEOUT_MS);
    this.reading = deadlines(settings, BalancerSettings.BODY_TIMEOUT_MS);
    this.heads = deadlines(settings, BalancerSettings.HEAD_TIMEOUT_MS);
    this.maxClients = settings.get(BalancerSettings.CLIENT_CONNECTIONS_PER_LOOP);
    this.exposeInstance = settings.get(BalancerSettings.EXPOSE_INSTANCE);
  }

  private static <T> Deadlines<T> deadlines(Settings settings, SettingKey<Long> timeoutMs) {
    return new Deadlines<>(settings.get(timeoutMs) * 1_000_000);
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
    return node.meters();
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
    }
    return table;
  }

  Deadlines<Attempt> waiting() {
    return waiting;
  }

  Deadlines<Attempt> writing() {
    return writing;
  }

  Deadlines<Attempt> reading() {
    return reading;
  }

  Deadlines<HeadClock> heads() {
    return heads;
  }

  /** A client has connected: takes it, or closes its connection when there are too many. */
  void connected(HttpConnection connection) {
    connection.exceptionHandler(Exchange::ignored);
    if (clients >= maxClients) {
      Connections.reset(connection);
      return;
    }
    clients++;
    Connections.onClose(connection, () -> clients--);
    HeadClock.watch(this, connection);
  }

  /** Ends what has taken too long. */
  void expire() {
    long nowNs = nowNs();
    expire(waiting, nowNs, Attempt::timedOut);
    expire(writing, nowNs, Attempt::timedOut);
    expire(reading, nowNs, Attempt::tooSlow);
    expire(heads, nowNs, HeadClock::timedOut);
  }

  private static <T> void expire(Deadlines<T> deadlines, long nowNs, Consumer<T> end) {
    for (Optional<T> late = deadlines.expire(nowNs);
        late.isPresent();
        late = deadlines.expire(nowNs)) {
      end.accept(late.get());
    }
  }

  /** Takes the traffic of the seconds before this one. May be called on any thread. */
  Future<TrafficLog> takeTraffic(long wallMs) {
    Promise<TrafficLog> promise = Promise.promise();
    context.runOnContext(v -> promise.complete(traffic.takeBefore(wallMs)));
    return promise.future();
  }
}
