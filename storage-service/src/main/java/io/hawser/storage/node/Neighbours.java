package io.hawser.storage.node;

import io.hawser.bus.Addresses;
import io.hawser.model.NodeId;
import io.hawser.model.Outcome;
import io.hawser.model.RosterMessage;
import io.hawser.model.RosterMessage.Meet;
import io.hawser.model.RosterMessage.Met;
import io.hawser.model.RosterMessage.Presence;
import io.hawser.model.RosterMessage.Roster;
import io.hawser.model.RosterMessage.StorageNode;
import io.hawser.service.ServiceContext;
import io.hawser.storage.placement.Sight;
import io.vertx.core.Future;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this node hears of the other storage nodes, and tells them of itself: how they are, where
 * they are, and the newest roster. Works without any quorum. Soft state. Owned by the verticle;
 * {@link #address} may be called from any thread.
 */
public final class Neighbours {
  private static final Logger log = LoggerFactory.getLogger(Neighbours.class);
  private static final String STORAGE = "storage";
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private final ServiceContext node;
  private final RosterBook book;
  private final Supplier<Presence> self;
  private final Consumer<Roster> news;
  private final long silenceNs;
  private final Map<NodeId, Sight> sights = new TreeMap<>();
  private final Map<NodeId, Long> epochs = new ConcurrentHashMap<>();
  private final Map<NodeId, SocketAddress> addresses = new ConcurrentHashMap<>();
  private final Set<NodeId> asked = new HashSet<>();
  private final Set<NodeId> strangers = new HashSet<>();

  /**
   * @param news told of each roster that another node has
   * @param silenceNs a node that was silent for longer is there anew when it is heard again
   */
  public Neighbours(
      ServiceContext node,
      RosterBook book,
      Supplier<Presence> self,
      Consumer<Roster> news,
      long silenceNs) {
    this.node = node;
    this.book = book;
    this.self = self;
    this.news = news;
    this.silenceNs = silenceNs;
  }

  /** How this node is. */
  public Presence own() {
    return self.get();
  }

  public NodeId id() {
    return node.members().self().id();
  }

  /** The other storage nodes that the cluster manager sees. */
  public List<NodeId> live() {
    return node.members().live().stream()
        .filter(n -> n.has(STORAGE))
        .map(n -> n.id())
        .filter(id -> !id.equals(id()))
        .toList();
  }

  /** What was heard of every node, this one among them. */
  public Map<NodeId, Sight> sights() {
    boolean unused = heard(self.get());
    return Map.copyOf(sights);
  }

  public List<Presence> presences() {
    return sights().values().stream().map(Sight::presence).toList();
  }

  /** What was heard lately of every node, this one among them. */
  public List<Presence> heardLately() {
    return sights().keySet().stream().flatMap(id -> presence(id).stream()).toList();
  }

  /** What was heard of a node lately. */
  public Optional<Presence> presence(NodeId id) {
    if (id.equals(id())) {
      return Optional.of(self.get());
    }
    Sight sight = sights.get(id);
    return sight != null && node.time().nowNs() - sight.lastNs() <= silenceNs
        ? Optional.of(sight.presence())
        : Optional.empty();
  }

  /** The highest epoch of a roster that anybody has, as far as this node has heard. */
  public long highestEpoch() {
    return Math.max(
        book.epoch(), epochs.values().stream().mapToLong(Long::longValue).max().orElse(0));
  }

  /** Asks everyone who owes no answer; done when all have answered or had the time to. */
  public Future<Void> exchange() {
    List<Future<Boolean>> answers = new ArrayList<>();
    Presence own = self.get();
    for (NodeId other : live()) {
      if (asked.add(other)) {
        answers.add(meet(other, own));
      }
    }
    return Future.join(answers).mapEmpty();
  }

  private Future<Boolean> meet(NodeId other, Presence own) {
    Optional<Roster> newer =
        book.current().filter(r -> epochs.getOrDefault(other, Long.MAX_VALUE) < r.epoch());
    return node.bus()
        .request(Addresses.STORAGE_ROSTER, other, new Meet(own, book.epoch(), newer), TIMEOUT)
        .map(
            outcome -> {
              boolean unused = asked.remove(other);
              if (outcome instanceof Outcome.Ok<RosterMessage> ok
                  && ok.value() instanceof Met met) {
                took(met.presence(), met.epoch(), met.roster());
                return true;
              }
              return false;
            });
  }

  /** The answer to who asks this node. */
  public Met met(Meet meet) {
    took(meet.presence(), meet.epoch(), meet.roster());
    return new Met(self.get(), book.epoch(), book.current().filter(r -> r.epoch() > meet.epoch()));
  }

  private void took(Presence presence, long epoch, Optional<Roster> roster) {
    if (heard(presence)) {
      var unused = epochs.put(presence.node(), epoch);
      roster.ifPresent(news);
    }
  }

  /**
   * Notes how a node is.
   *
   * @return false when it is of another cluster: then nothing of what it says counts here
   */
  public boolean heard(Presence presence) {
    String cluster = self.get().cluster();
    if (!cluster.isEmpty()
        && !presence.cluster().isEmpty()
        && !presence.cluster().equals(cluster)) {
      if (strangers.add(presence.node())) {
        log.error(
            "storage node is of another cluster node={} other={} cluster={} its={}",
            id(),
            presence.node(),
            cluster,
            presence.cluster());
      }
      return false;
    }
    boolean unused = strangers.remove(presence.node());
    long nowNs = node.time().nowNs();
    Sight old = sights.get(presence.node());
    boolean anew =
        old == null
            || nowNs - old.lastNs() > silenceNs
            || !old.presence().disk().equals(presence.disk());
    long sinceNs = old == null || anew ? nowNs : old.sinceNs();
    sights.put(presence.node(), new Sight(presence, sinceNs, nowNs));
    addresses.put(
        presence.node(), SocketAddress.inetSocketAddress(presence.port(), presence.host()));
    return true;
  }

  /** Where a node's Raft port is, as it said last, else as the roster has it. */
  public Optional<SocketAddress> address(NodeId id) {
    SocketAddress heard = addresses.get(id);
    return heard != null
        ? Optional.of(heard)
        : book.current().flatMap(r -> r.node(id)).map(Neighbours::address);
  }

  private static SocketAddress address(StorageNode node) {
    return SocketAddress.inetSocketAddress(node.port(), node.host());
  }
}
