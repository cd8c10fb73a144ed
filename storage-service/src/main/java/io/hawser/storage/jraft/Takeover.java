package io.hawser.storage.jraft;

import com.alipay.sofa.jraft.core.State;
import io.hawser.model.NodeId;
import io.hawser.model.Rendezvous;
import io.hawser.storage.log.LogStatus;
import io.hawser.storage.transport.Transport;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands for election at once when the leader's process is gone, instead of waiting until it is
 * missed: its connection has closed, and where it listened a new one is refused. A leader that only
 * stalls or is cut off does neither, and is waited for as ever. Followers take turns, so that they
 * do not split the vote: the first at once, each next one later, if there is no leader then. Who
 * was just restarted and still applies what it has in its log comes after all others.
 *
 * <p>Safe whatever is believed here: it is an ordinary vote. It leaves out the question whether
 * others still hear the leader, so reads must never trust a lease. Thread-safe: it keeps nothing.
 */
final class Takeover {
  private static final Logger log = LoggerFactory.getLogger(Takeover.class);
  private static final long TURN_MS = 200;

  /** Entries have up to 128 changes: more that are not applied are a while of work. */
  private static final long LAG = 64;

  private final Vertx vertx;
  private final Transport transport;
  private final Collection<Replica<?>> replicas;

  Takeover(Vertx vertx, Transport transport, Collection<Replica<?>> replicas) {
    this.vertx = vertx;
    this.transport = transport;
    this.replicas = replicas;
  }

  /** A node's connection has closed. On a worker. */
  void lost(NodeId peer) {
    Map<Replica<?>, Long> led = new HashMap<>();
    for (Replica<?> replica : replicas) {
      LogStatus status = replica.status();
      if (status.leader().equals(Optional.of(peer))) {
        led.put(replica, status.term());
      }
    }
    if (!led.isEmpty()) {
      transport
          .refuses(peer)
          .onSuccess(
              refused -> {
                if (refused) {
                  led.forEach((replica, term) -> gone(replica, peer, term));
                }
              });
    }
  }

  /**
   * @param term in which it led when its connection closed
   */
  private void gone(Replica<?> replica, NodeId peer, long term) {
    int turn = turn(replica, peer);
    if (turn == 0) {
      transport.workers().execute(() -> stand(replica, peer, term));
    } else if (turn > 0) {
      vertx.setTimer(
          TURN_MS * turn, none -> transport.workers().execute(() -> stand(replica, peer, term)));
    }
  }

  private int turn(Replica<?> replica, NodeId peer) {
    return turn(
        replica.config().group(),
        replica.status().voters(),
        peer,
        transport.self(),
        replica.node().unapplied());
  }

  /**
   * A node's place among those who may follow; -1 when it is none of them.
   *
   * @param unapplied how many entries of its log it has not applied
   */
  static int turn(String group, Set<NodeId> voters, NodeId gone, NodeId self, long unapplied) {
    List<NodeId> heirs = new ArrayList<>(voters);
    heirs.remove(gone);
    int place = Rendezvous.ranked(group, heirs).indexOf(self);
    return place >= 0 && unapplied > LAG ? place + heirs.size() : place;
  }

  private void stand(Replica<?> replica, NodeId peer, long ledTerm) {
    GuardedNode node = replica.node();
    boolean able =
        replica.stopped().isEmpty() && !node.installing() && !replica.machine().loading();
    if (able && node.getNodeState() == State.STATE_FOLLOWER && node.standFor(peer, ledTerm)) {
      log.info(
          "standing for a leader that is gone node={} group={} leader={}",
          transport.self(),
          replica.config().group(),
          peer);
    }
  }
}
