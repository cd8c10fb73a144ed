package io.hawser.bus.client.storage;

import io.hawser.bus.Bus;
import io.hawser.bus.client.core.Patience;
import io.hawser.bus.client.core.Pursuit;
import io.hawser.model.NodeId;
import io.hawser.model.Outcome;
import io.hawser.model.StorageMessage;
import io.hawser.model.StorageMessage.Applied;
import io.hawser.model.StorageMessage.Await;
import io.hawser.model.StorageMessage.Content;
import io.hawser.model.StorageMessage.LeaseFound;
import io.hawser.model.StorageMessage.Renewed;
import io.hawser.model.StorageMessage.Reply;
import io.hawser.model.StorageMessage.Unavailable;
import io.hawser.node.Members;
import io.hawser.node.Time;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Asks groups of the store on behalf of one client, a bounded number of requests at a time: whom it
 * asks, what it learns of leaders from the answers, and who is woken when it gets late. Futures
 * never fail, and complete on the context of who asks. Thread-safe.
 */
final class Asker {
  /** The most requests of one group that are under way at once. */
  private static final int MAX_UNDER_WAY = 8_192;

  /** The most waits for changes of one group; a storage node takes as many. */
  private static final int MAX_WAITS = 10_000;

  /** How late a node may be asked in place of one that is silent. */
  static final long WATCH_MS = 20;

  private final Vertx vertx;

  /** Whoever makes the client, and not who asks first: a timer ends with its verticle. */
  private final Context context;

  private final Time time;
  private final Placements placements;
  private final Underway underway = new Underway();
  private final AtomicBoolean watching = new AtomicBoolean();
  private final Carrier carrier;
  private final Peers peers;

  Asker(Vertx vertx, Bus bus, Members members, Time time, Placements placements) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.time = time;
    this.placements = placements;
    this.carrier = new Carrier(vertx, bus, time, placements::cluster);
    this.peers =
        new Peers(
            members,
            node -> {
              carrier.gone(node);
              underway.gone(node);
            });
  }

  /** The live nodes that store. */
  List<NodeId> nodes() {
    return peers.storing();
  }

  /**
   * @param change whether it makes a difference if the request is carried out
   */
  Future<Outcome<Content>> ask(
      String group,
      StorageMessage request,
      boolean change,
      boolean leaderFirst,
      Patience patience) {
    boolean waiting = request instanceof Await;
    int limit = waiting ? MAX_WAITS : MAX_UNDER_WAY;
    if (underway.size(group, waiting) >= limit) {
      return Future.succeededFuture(
          new Outcome.Rejected<>(
              Pursuit.OVERLOADED, limit + " requests of this node are under way"));
    }
    Optional<NodeId> leader = leaderFirst ? underway.leader(group) : Optional.empty();
    Pursuit pursuit =
        new Pursuit(change, leader, peers.order(group, placements.replicas(group)), patience);
    Context caller = vertx.getOrCreateContext();
    Errand errand = new Errand(this, group, request, pursuit, nowNs() + patience.totalNs(), caller);
    underway.add(errand);
    watch();
    errand.start();
    return errand.done().future().onComplete(ignored -> underway.remove(errand));
  }

  /** One timer for all that is under way: few of them ever need it. */
  private void watch() {
    if (watching.compareAndSet(false, true)) {
      context.runOnContext(
          v -> {
            long unused = vertx.setTimer(WATCH_MS, timer -> look());
          });
    }
  }

  private void look() {
    watching.set(false);
    if (underway.wake(nowNs())) {
      watch();
    }
  }

  Future<Outcome<Reply>> send(NodeId node, StorageMessage request, long timeoutMs) {
    return carrier.send(node, request, timeoutMs).onSuccess(this::lookForMoves);
  }

  private void lookForMoves(Outcome<Reply> outcome) {
    if (outcome instanceof Outcome.Ok<Reply> ok
        && ok.value().content() instanceof Unavailable refusal
        && refusal.reason().equals(Unavailable.NOT_HERE)) {
      placements.refresh();
    }
  }

  /** Whether an answer shows that who gives it leads the group. */
  static boolean onlyLeadersSay(Content content) {
    return content instanceof Applied
        || content instanceof Renewed
        || content instanceof LeaseFound;
  }

  /** See {@link Underway#announced}. */
  void announced(String group, NodeId node) {
    underway.announced(group, node);
  }

  void leads(String group, NodeId node) {
    underway.leads(group, node);
  }

  void named(String group, NodeId node) {
    underway.named(group, node);
  }

  void leadsNot(String group, NodeId node) {
    underway.leadsNot(group, node);
  }

  long nowNs() {
    return time.nowNs();
  }
}
