package io.hawser.launcher;

import com.hazelcast.cluster.Cluster;
import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.config.MemberAttributeConfig;
import io.hawser.model.NodeId;
import io.hawser.node.Members;
import io.hawser.node.NodeInfo;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The members that Hazelcast sees, each described by the attributes that it joined with. */
final class HazelcastMembers implements Members, MembershipListener {
  private static final String ID = "hawser.id";
  private static final String ZONE = "hawser.zone";
  private static final String ROLES = "hawser.roles";
  private static final String API = "hawser.api";
  private static final String VERSION = "hawser.version";

  private static final Logger log = LoggerFactory.getLogger(HazelcastMembers.class);

  private final NodeInfo self;
  private final Cluster cluster;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final Set<UUID> leaving = ConcurrentHashMap.newKeySet();
  private volatile List<NodeInfo> live;
  private volatile Set<NodeId> draining = Set.of();

  HazelcastMembers(NodeInfo self, Cluster cluster) {
    this.self = self;
    this.cluster = cluster;
    this.live = List.of(self);
  }

  /** Watches the cluster from now on. */
  HazelcastMembers start() {
    UUID unused = cluster.addMembershipListener(this);
    refresh();
    return this;
  }

  static MemberAttributeConfig attributes(NodeInfo node) {
    MemberAttributeConfig config = new MemberAttributeConfig();
    config.setAttribute(ID, node.id().value());
    config.setAttribute(ZONE, node.zone());
    config.setAttribute(ROLES, String.join(",", node.roles()));
    config.setAttribute(API, node.apiUrl());
    config.setAttribute(VERSION, node.version());
    return config;
  }

  @Override
  public NodeInfo self() {
    return self;
  }

  @Override
  public List<NodeInfo> live() {
    return live;
  }

  @Override
  public Set<NodeId> draining() {
    return draining;
  }

  /** Notes that a node said that it is about to stop. Forgotten when that life of it has left. */
  void drains(NodeId id) {
    cluster.getMembers().stream()
        .filter(member -> id.value().equals(member.getAttribute(ID)))
        .forEach(member -> leaving.add(member.getUuid()));
    log.info("member is about to stop node={} member={}", self.id(), id);
    refresh();
  }

  @Override
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  @Override
  public void memberAdded(MembershipEvent event) {
    log.info("member joined node={} member={}", self.id(), event.getMember().getAttribute(ID));
    refresh();
  }

  @Override
  public void memberRemoved(MembershipEvent event) {
    String id = event.getMember().getAttribute(ID);
    if (leaving.remove(event.getMember().getUuid())) {
      log.info("member stopped node={} member={}", self.id(), id);
    } else {
      log.warn("member left node={} member={}", self.id(), id);
    }
    refresh();
  }

  /**
   * Waits until no other member has this node's id: the former life of this node, until it is
   * noticed to be over.
   *
   * @return the address of a member that still has it after the time
   */
  Optional<String> awaitSoleOwnerOfId(Duration longest) throws InterruptedException {
    CountDownLatch alone = new CountDownLatch(1);
    onChange(
        () -> {
          if (namesake().isEmpty()) {
            alone.countDown();
          }
        });
    if (namesake().isEmpty() || alone.await(longest.toMillis(), TimeUnit.MILLISECONDS)) {
      return Optional.empty();
    }
    return namesake().map(member -> String.valueOf(member.getAddress()));
  }

  private Optional<Member> namesake() {
    return cluster.getMembers().stream()
        .filter(member -> !member.localMember())
        .filter(member -> self.id().value().equals(member.getAttribute(ID)))
        .findFirst();
  }

  private synchronized void refresh() {
    // Members come in the order in which they joined: of a node that came back before its former
    // life was noticed to be over,
    // the later life counts.
    Map<NodeId, NodeInfo> byId = new TreeMap<>();
    Set<NodeId> stopping = new TreeSet<>();
    for (Member member : cluster.getMembers()) {
      if (member.getAttribute(ID) != null) {
        NodeInfo node = describe(member);
        byId.put(node.id(), node);
        if (leaving.contains(member.getUuid())) {
          stopping.add(node.id());
        } else {
          stopping.remove(node.id());
        }
      }
    }
    draining = Set.copyOf(stopping);
    byId.put(self.id(), self);
    live = byId.values().stream().sorted(Comparator.comparing(NodeInfo::id)).toList();
    listeners.forEach(this::tell);
  }

  private void tell(Runnable listener) {
    try {
      listener.run();
    } catch (RuntimeException e) {
      log.error("membership listener failed node={}", self.id(), e);
    }
  }

  private static NodeInfo describe(Member member) {
    return new NodeInfo(
        new NodeId(member.getAttribute(ID)),
        member.getAttribute(ZONE),
        Stream.of(member.getAttribute(ROLES).split(",", -1)).filter(r -> !r.isEmpty()).toList(),
        member.getAttribute(API),
        member.getAttribute(VERSION));
  }
}
