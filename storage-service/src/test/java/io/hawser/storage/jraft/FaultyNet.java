package io.hawser.storage.jraft;

import io.hawser.model.NodeId;
import io.hawser.testing.Await;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * A network between nodes that goes wrong as its seed says: each ordered pair of nodes has a relay
 * of its own, which delays, drops and reorders what passes, breaks connections, or holds everything
 * of one direction until it heals. It does what a network can do to the transport, which is TCP:
 *
 * <ul>
 *   <li>A packet that is dropped is sent again, until one side gives up: so what is dropped here is
 *       all that a connection carries in one direction from then on, and the connection breaks some
 *       time later. Requests may have been carried out whose answers are lost.
 *   <li>Within a connection order is kept. What is reordered here is what a connection still
 *       carries when its sender has given it up, and what the sender's next connection carries.
 * </ul>
 *
 * All of it runs on one event loop.
 */
final class FaultyNet {
  /** After what was dropped, the connection is given up within this. */
  private static final int GIVE_UP_MS = 200;

  private record Pair(NodeId from, NodeId to) {}

  private final Context context;
  private final Vertx vertx;
  private final Function<NodeId, Optional<Integer>> ports;
  private final Random random;
  private final NetClient client;
  private final Map<Pair, NetServer> relays = new ConcurrentHashMap<>();
  private final Set<NodeId> joined = new HashSet<>();
  private final Set<Pair> cut = new HashSet<>();
  private final Set<Hose> hoses = new HashSet<>();
  private int maxDelayMs;
  private double breakChance;
  private double dropChance;
  private int lateMs;

  FaultyNet(Vertx vertx, long seed, Function<NodeId, Optional<Integer>> ports) {
    this.vertx = vertx;
    this.ports = ports;
    this.random = new Random(seed);
    this.context = ((VertxInternal) vertx).createEventLoopContext();
    this.client = vertx.createNetClient();
  }

  /**
   * Makes the ways between a node and those that joined before it. Waits for an event loop, so
   * never call it on one: the loops of the nodes are the net's loop too.
   */
  void join(NodeId node) {
    if (joined.add(node)) {
      for (NodeId other : joined) {
        relays.computeIfAbsent(new Pair(node, other), this::relay);
        relays.computeIfAbsent(new Pair(other, node), this::relay);
      }
    }
  }

  /** Where a node finds another one, once both have joined. Thread-safe. */
  Optional<SocketAddress> address(NodeId from, NodeId to) {
    return Optional.ofNullable(relays.get(new Pair(from, to)))
        .map(relay -> SocketAddress.inetSocketAddress(relay.actualPort(), "127.0.0.1"));
  }

  private NetServer relay(Pair pair) {
    NetServer server = vertx.createNetServer();
    server.connectHandler(socket -> accept(pair, socket));
    Promise<NetServer> listening = Promise.promise();
    context.runOnContext(none -> server.listen(0, "127.0.0.1").onComplete(listening));
    return Await.result(listening.future());
  }

  private void accept(Pair pair, NetSocket near) {
    near.pause();
    Optional<Integer> port = ports.apply(pair.to());
    if (port.isEmpty()) {
      near.close();
      return;
    }
    client
        .connect(port.get(), "127.0.0.1")
        .onFailure(e -> near.close())
        .onSuccess(
            far -> {
              Hose there = new Hose(pair, far);
              Hose back = new Hose(new Pair(pair.to(), pair.from()), near);
              near.handler(there::take).closeHandler(none -> ended(there, back));
              far.handler(back::take).closeHandler(none -> ended(back, there));
              hoses.add(there);
              hoses.add(back);
              near.resume();
            });
  }

  /**
   * One side has ended a connection.
   *
   * @param from what it has sent
   * @param to what it was sent
   */
  private void ended(Hose from, Hose to) {
    hoses.remove(to);
    from.end();
  }

  /** Delays each piece by up to so much, and breaks its connection with this chance. */
  void disturb(int delayMs, double chance) {
    onLoop(
        () -> {
          maxDelayMs = delayMs;
          breakChance = chance;
        });
  }

  /** With this chance, each piece and all that follows it is lost, and soon the connection. */
  void drop(double chance) {
    onLoop(() -> dropChance = chance);
  }

  /** What is on its way when its sender ends the connection comes up to so much later. */
  void reorder(int late) {
    onLoop(() -> lateMs = late);
  }

  /** Holds what one node sends to another. */
  void cut(NodeId from, NodeId to) {
    onLoop(() -> cut.add(new Pair(from, to)));
  }

  /** Cuts a node off from these, both ways. */
  void isolate(NodeId node, Set<NodeId> others) {
    for (NodeId other : others) {
      if (!other.equals(node)) {
        cut(node, other);
        cut(other, node);
      }
    }
  }

  /** Lets everything pass that was held. */
  void heal() {
    onLoop(
        () -> {
          cut.clear();
          maxDelayMs = 0;
          breakChance = 0;
          dropChance = 0;
          lateMs = 0;
          Set.copyOf(hoses).forEach(Hose::flow);
        });
  }

  private void onLoop(Runnable change) {
    Promise<Void> done = Promise.promise();
    context.runOnContext(
        none -> {
          change.run();
          done.complete();
        });
    Await.result(done.future());
  }

  /** One direction of one connection. */
  private final class Hose {
    private final Pair direction;
    private final NetSocket out;
    private final Queue<Buffer> held = new ArrayDeque<>();
    private boolean waiting;
    private boolean lost;

    Hose(Pair direction, NetSocket out) {
      this.direction = direction;
      this.out = out;
    }

    void take(Buffer bytes) {
      if (breakChance > 0 && random.nextDouble() < breakChance) {
        out.close();
        return;
      }
      if (!lost && dropChance > 0 && random.nextDouble() < dropChance) {
        lost = true;
        held.clear();
        vertx.setTimer(1 + random.nextInt(GIVE_UP_MS), none -> out.close());
      }
      if (!lost) {
        held.add(bytes);
        flow();
      }
    }

    /** Its sender has gone. */
    void end() {
      if (lateMs == 0 || held.isEmpty()) {
        leave();
      } else {
        vertx.setTimer(
            1 + random.nextInt(lateMs),
            none -> {
              if (!cut.contains(direction)) {
                pass();
              }
              leave();
            });
      }
    }

    private void leave() {
      hoses.remove(this);
      out.close();
    }

    void flow() {
      if (waiting || held.isEmpty() || cut.contains(direction)) {
        return;
      }
      if (maxDelayMs == 0) {
        pass();
        return;
      }
      waiting = true;
      vertx.setTimer(
          1 + random.nextInt(maxDelayMs),
          none -> {
            waiting = false;
            if (!cut.contains(direction)) {
              pass();
            }
          });
    }

    private void pass() {
      if (held.isEmpty()) {
        return;
      }
      Buffer all = Buffer.buffer();
      held.forEach(all::appendBuffer);
      held.clear();
      out.write(all);
    }
  }
}
