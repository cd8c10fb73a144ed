package io.hawser.balancer.proxy;

import io.hawser.balancer.core.Chooser;
import io.hawser.balancer.core.Endpoint;
import io.hawser.balancer.core.EndpointState;
import io.hawser.balancer.core.Pool;
import io.hawser.balancer.core.RoutingTable;
import io.hawser.balancer.core.TrafficLog;
import io.hawser.balancer.core.Wheel;
import io.hawser.balancer.core.limit.RetryBudget;
import io.hawser.balancer.plane.AccessLog;
import io.hawser.balancer.plane.BalancerNode;
import io.hawser.balancer.plane.BalancerSettings;
import io.hawser.balancer.plane.OriginContexts;
import io.hawser.balancer.plane.ProxyMeters;
import io.hawser.balancer.plane.TrafficSource;
import io.hawser.balancer.plane.Transport;
import io.hawser.balancer.wire.Head;
import io.hawser.balancer.wire.Problem;
import io.hawser.node.NodeSettings;
import io.hawser.node.Settings;
import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the connections of one event loop share. Everything but {@link #takeTraffic} is called on
 * that loop. Long for this project, as it is the one place where a connection finds all that is not
 * its own.
 */
final class Loop implements TrafficSource {
  private static final Logger log = LoggerFactory.getLogger(Loop.class);
  private static final int SPARE_HEADS = 64;

  private final BalancerNode node;
  private final int loops;
  private final EventLoop eventLoop;
  private final Transport transport;
  private final OriginContexts origins;
  private final Limits limits;
  private final RandomGenerator random = RandomGenerator.getDefault();
  private final Chooser chooser;
  private final Map<String, RetryBudget> budgets = new HashMap<>();
  private final TrafficLog traffic = new TrafficLog();
  private final Wheel wheel;
  private final IdentityHashMap<EndpointState, Lane> lanes = new IdentityHashMap<>();
  private final Set<Front> fronts = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Optional<AccessLog> accessLog;
  private final Set<Exchange> exclusive = Collections.newSetFromMap(new IdentityHashMap<>());
  private final ArrayDeque<Head> spareHeads = new ArrayDeque<>();
  private RoutingTable seen = RoutingTable.EMPTY;
  private final Runnable turned = this::turned;
  private long nowNs;
  private int turn;
  private boolean turning;
  private boolean draining;
  private boolean closing;
  private volatile int clients;

  /**
   * @param loops how many there are on the node
   */
  Loop(
      BalancerNode node,
      EventLoop eventLoop,
      Transport transport,
      OriginContexts origins,
      Optional<AccessLog> accessLog,
      int loops) {
    this.loops = loops;
    this.accessLog = accessLog;
    this.node = node;
    this.eventLoop = eventLoop;
    this.transport = transport;
    this.origins = origins;
    Settings settings = node.context().settings();
    this.limits = Limits.of(settings, loops);
    boolean near = settings.get(BalancerSettings.PREFER_ZONE);
    this.chooser = new Chooser(random, near ? settings.get(NodeSettings.ZONE) : "", true);
    tick();
    this.wheel = new Wheel(nowNs);
  }

  /** Begins to keep the time. */
  void start() {
    var unused =
        eventLoop.scheduleAtFixedRate(
            this::turnWheel, Wheel.TICK_NS, Wheel.TICK_NS, TimeUnit.NANOSECONDS);
  }

  private void turnWheel() {
    contain("tick", this::look);
    if (!exclusive.isEmpty()) {
      new ArrayList<>(exclusive).forEach(at -> contain("look at a role", at::checkRole));
    }
    contain("turn of the wheel", () -> wheel.advance(nowNs(), Loop::expire));
  }

  private void look() {
    tick();
    RoutingTable unusedTable = table();
  }

  private static void expire(Wheel.Timer timer) {
    contain("timer", timer::expired);
  }

  /**
   * One that fails, be it for want of memory, is no reason for the others not to have their time,
   * then and ever after: a task that is left with anything thrown is not run again, and without the
   * wheel no time-out ends anything.
   */
  private static void contain(String what, Runnable task) {
    try {
      task.run();
    } catch (Throwable e) {
      log.error("{} failed cause={}", what, e.toString(), e);
    }
  }

  BalancerNode node() {
    return node;
  }

  EventLoop eventLoop() {
    return eventLoop;
  }

  Transport transport() {
    return transport;
  }

  OriginContexts origins() {
    return origins;
  }

  Optional<AccessLog> accessLog() {
    return accessLog;
  }

  Limits limits() {
    return limits;
  }

  Chooser chooser() {
    return chooser;
  }

  RandomGenerator random() {
    return random;
  }

  Wheel wheel() {
    return wheel;
  }

  ProxyMeters meters() {
    return node.meters();
  }

  TrafficLog traffic() {
    return traffic;
  }

  /** Reads the clock; called wherever something comes from outside. */
  void tick() {
    nowNs = node.context().time().nowNs();
  }

  /** When what is being worked on came: a request reads the clock twice, not twenty times. */
  long nowNs() {
    return nowNs;
  }

  long wallMs() {
    return node.context().time().wallMs();
  }

  /**
   * The present turn, which ends when all that was there to be read at its begin has been read: one
   * that was asked for ends, others may be as long as they like.
   */
  int turn() {
    if (!turning) {
      turning = true;
      eventLoop.execute(turned);
    }
    return turn;
  }

  /** The number of the present turn, for a comparison with {@link #turn}. */
  int presentTurn() {
    return turn;
  }

  /** It is at an instance that it has to leave when a role lapses. */
  void watch(Exchange exchange) {
    exclusive.add(exchange);
  }

  void unwatch(Exchange exchange) {
    if (!exclusive.isEmpty()) {
      exclusive.remove(exchange);
    }
  }

  private void turned() {
    turn = (turn + 1) & Integer.MAX_VALUE;
    turning = false;
  }

  void after(long delayNs, Runnable task) {
    var unused =
        eventLoop.schedule(
            () -> {
              tick();
              task.run();
            },
            delayNs,
            TimeUnit.NANOSECONDS);
  }

  /** Asks for the address of a name, which blocks, on a thread of its own. */
  void ask(String name, Consumer<String> answer) {
    Thread unused =
        Thread.ofVirtual()
            .start(
                () -> {
                  String address = address(name);
                  eventLoop.execute(
                      () -> {
                        tick();
                        answer.accept(address);
                      });
                });
  }

  private static String address(String name) {
    try {
      return InetAddress.getByName(name).getHostAddress();
    } catch (UnknownHostException e) {
      return "";
    }
  }

  // ---- heads, of which a connection has one only while a message passes

  Head takeHead() {
    Head spare = spareHeads.pollLast();
    return spare == null
        ? new Head(BalancerSettings.MAX_HEADER_BYTES, BalancerSettings.MAX_INITIAL_LINE_BYTES)
        : spare;
  }

  void giveHead(Head head) {
    head.clear();
    if (spareHeads.size() < SPARE_HEADS) {
      spareHeads.addLast(head);
    }
  }

  // ---- where requests go

  /** The present table. */
  RoutingTable table() {
    RoutingTable table = node.table();
    if (!table.equals(seen)) {
      seen = table;
      if (table.anyExclusive()) {
        watchExclusive();
      }
      chooser.retain(table);
      budgets.keySet().retainAll(table.pools().keySet());
      retire(table);
    }
    return table;
  }

  /** What began before its service was exclusive has to leave as well. */
  private void watchExclusive() {
    for (Front front : fronts) {
      Exchange at = front.exchange();
      if (at != null && at.back() != null && at.exclusive()) {
        watch(at);
      }
    }
  }

  RetryBudget budget(String service) {
    RetryBudget budget = budgets.get(service);
    return budget == null
        ? budgets.computeIfAbsent(service, s -> new RetryBudget(nowNs(), loops))
        : budget;
  }

  Lane lane(Endpoint endpoint) {
    Lane lane = lanes.get(endpoint.state());
    if (lane != null && lane.endpoint().tls() != endpoint.tls()) {
      // It has come to ask for TLS, or does not any more.
      lane.retire();
      lane = null;
    }
    if (lane == null) {
      lane = new Lane(this, endpoint);
      lanes.put(endpoint.state(), lane);
    }
    return lane;
  }

  /** Closes the idle connections to what is no longer routed. */
  private void retire(RoutingTable table) {
    Set<EndpointState> routed = Collections.newSetFromMap(new IdentityHashMap<>());
    // Of the services alone that have had requests here: there may be thousands of others.
    Set<String> used = new HashSet<>();
    lanes.values().forEach(lane -> used.add(lane.endpoint().key().service()));
    for (String service : used) {
      Pool pool = table.pools().get(service);
      if (pool != null) {
        pool.routable().forEach(e -> routed.add(e.state()));
      }
    }
    for (EndpointState state : new HashSet<>(lanes.keySet())) {
      Lane lane = routed.contains(state) ? null : lanes.remove(state);
      if (lane != null) {
        lane.retire();
      }
    }
  }

  // ---- clients

  /** Whether one more client may connect. */
  boolean admit(Front front) {
    if (closing || fronts.size() >= limits.clients()) {
      return false;
    }
    fronts.add(front);
    clients = fronts.size();
    return true;
  }

  void left(Front front) {
    fronts.remove(front);
    clients = fronts.size();
  }

  boolean closing() {
    return closing;
  }

  /** How many are connected. May be called on any thread. */
  int clients() {
    return clients;
  }

  /** Counts and writes down what was answered without being a request. */
  void refused(String client, Problem problem) {
    meters().request("", problem.status(), 0);
    accessLog.ifPresent(
        to -> to.add(AccessLog.Entry.unread(wallMs(), client, problem.status(), problem.code())));
  }

  boolean draining() {
    return draining || node.context().readiness().draining();
  }

  /** From now on answers ask their clients to go elsewhere with the next request. */
  void drain() {
    draining = true;
  }

  /** Ends the connections that are idle; the others end with their answer. */
  void closeIdle() {
    closing = true;
    snapshot().forEach(Front::closeWhenIdle);
  }

  /** Cuts off what is left. */
  void cut() {
    for (Front front : snapshot()) {
      Exchange of = front.exchange();
      if (of != null) {
        of.cutOff("node-stopped");
      }
      front.cut();
    }
    lanes.values().forEach(Lane::retire);
  }

  private List<Front> snapshot() {
    return new ArrayList<>(fronts);
  }

  @Override
  public Future<TrafficLog> takeTraffic(long wallMs) {
    Promise<TrafficLog> promise = Promise.promise();
    eventLoop.execute(() -> promise.complete(traffic.takeBefore(wallMs)));
    return promise.future();
  }
}
