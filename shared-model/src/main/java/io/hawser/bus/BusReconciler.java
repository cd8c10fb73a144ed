package io.hawser.bus;

import io.hawser.bus.core.RollBook;
import io.hawser.model.NodeId;
import io.hawser.model.NodeMessage.Knock;
import io.hawser.model.NodeMessage.Roll;
import io.hawser.model.NodeMessage.RollCall;
import io.hawser.model.Outcome;
import io.hawser.node.Members;
import io.hawser.node.Meters;
import io.hawser.node.Time;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds and mends subscriptions that other nodes have lost sight of, as happens around partitions
 * and crashes. Each node calls the roll of each peer every few seconds, which answers with the
 * addresses that it is subscribed to, and then knocks at these the way that any message would take.
 * Who misses a knock subscribes again: see {@link RollBook}. A loss is mended within about four
 * intervals.
 *
 * <p>Runs on a context of its own, until the Vert.x closes.
 */
public final class BusReconciler {
  /** How often a node calls the roll, give or take a fifth. */
  public static final Duration INTERVAL = Duration.ofMillis(2_500);

  /** More than any node has; what a longer roll says beyond it is not looked at. */
  static final int MAX_ADDRESSES = 1_000;

  private static final Logger log = LoggerFactory.getLogger(BusReconciler.class);

  private final Vertx vertx;
  private final Bus bus;
  private final Members members;
  private final Meters meters;
  private final Time time;
  private final long intervalMs;
  private final String rollAddress;
  private final Context context;
  private final RollBook book;
  private final Map<NodeId, Long> knocked = new HashMap<>();
  private long round;
  private volatile Set<NodeId> unreachable = Set.of();

  public BusReconciler(
      Vertx vertx, Bus bus, Members members, Meters meters, Time time, Duration interval) {
    this.vertx = vertx;
    this.bus = bus;
    this.members = members;
    this.meters = meters;
    this.time = time;
    this.intervalMs = interval.toMillis();
    this.rollAddress = Addresses.ROLL_CALL.address(members.self().id());
    this.context = vertx.getOrCreateContext();
    this.book = new RollBook(interval.toNanos());
    // A node that comes back under its name starts at another round than its former life ended at.
    this.round = time.wallMs();
  }

  /** Done when the others can call. */
  public Future<Void> start() {
    meters.gauge(Meters.BUS_UNREACHABLE_PEERS, () -> unreachable.size());
    Promise<Void> started = Promise.promise();
    context.runOnContext(
        v -> {
          bus.onKnock(
              (address, knock) ->
                  context.runOnContext(k -> book.heard(knock.from(), knock.round(), address)));
          bus.serve(Addresses.ROLL_CALL, members.self().id(), this::onRollCall)
              .<Void>mapEmpty()
              .onSuccess(served -> next())
              .onComplete(started);
        });
    return started.future();
  }

  private Future<Roll> onRollCall(RollCall call) {
    Set<String> mine = bus.addresses();
    List<String> missing =
        book.called(call.from(), call.round(), call.knocked(), mine, time.nowNs());
    missing.forEach(address -> repair(address, "missed by " + call.from()));
    return Future.succeededFuture(new Roll(List.copyOf(mine)));
  }

  private void next() {
    long jitterMs = intervalMs / 5;
    long delayMs = intervalMs + ThreadLocalRandom.current().nextLong(-jitterMs, jitterMs + 1);
    vertx.setTimer(Math.max(1, delayMs), id -> callRolls());
  }

  private void callRolls() {
    List<NodeId> peers = members.peers();
    book.expect(peers, time.nowNs());
    knocked.keySet().retainAll(Set.copyOf(peers));
    if (book.deaf(rollAddress, time.nowNs())) {
      repair(rollAddress, "a peer does not call");
    }
    round++;
    Set<String> addresses = new TreeSet<>();
    List<Future<?>> calls = new ArrayList<>();
    for (NodeId peer : peers) {
      calls.add(callRoll(peer, round).onSuccess(addresses::addAll));
    }
    Future.join(calls)
        .onComplete(
            done -> {
              addresses.forEach(address -> bus.knock(address, new Knock(self(), round)));
              tellUnreachable();
              next();
            });
  }

  /** What the peer is subscribed to; nothing when it did not answer. */
  private Future<List<String>> callRoll(NodeId peer, long thisRound) {
    RollCall call = new RollCall(self(), thisRound, knocked.getOrDefault(peer, 0L));
    return bus.request(Addresses.ROLL_CALL, peer, call, Duration.ofMillis(intervalMs))
        .map(
            outcome -> {
              book.answered(peer, outcome instanceof Outcome.Ok);
              if (outcome instanceof Outcome.Ok<Roll> ok) {
                knocked.put(peer, thisRound);
                return ok.value().addresses().stream().limit(MAX_ADDRESSES).toList();
              }
              return List.of();
            });
  }

  private void repair(String address, String why) {
    meters.counter(Meters.BUS_REPAIRS, "address", Bus.addressLabel(address)).increment();
    log.warn("subscription made again node={} address={} why={}", self(), address, why);
    bus.announce(address)
        .onFailure(e -> log.warn("subscription not made again address={} cause={}", address, e));
  }

  private void tellUnreachable() {
    Set<NodeId> now = book.unreachable();
    now.stream()
        .filter(peer -> !unreachable.contains(peer))
        .forEach(peer -> log.warn("peer not reached over the bus node={} peer={}", self(), peer));
    unreachable.stream()
        .filter(peer -> !now.contains(peer))
        .forEach(peer -> log.info("peer reached again or gone node={} peer={}", self(), peer));
    unreachable = Set.copyOf(now);
  }

  private NodeId self() {
    return members.self().id();
  }
}
