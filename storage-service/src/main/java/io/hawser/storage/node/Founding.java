package io.hawser.storage.node;

import io.hawser.model.NodeId;
import io.hawser.model.RosterMessage.NodeState;
import io.hawser.model.RosterMessage.Presence;
import io.hawser.model.RosterMessage.Roster;
import io.hawser.model.RosterMessage.StorageNode;
import io.hawser.model.StorageMessage;
import io.hawser.storage.group.GroupHost;
import io.hawser.storage.placement.Beginning;
import io.hawser.storage.placement.Rosters;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How an empty node gets into a cluster: it founds one, alone, or waits until it is in a roster.
 * What was begun goes on after a crash: the directory says so until the first roster is committed,
 * which it is when every group has a leader. From then on no group is made here: others may have
 * its replicas. Owned by the verticle.
 */
public final class Founding {
  private static final Logger log = LoggerFactory.getLogger(Founding.class);
  private static final long FIRST_EPOCH = 1;

  private final Member member;
  private final String wish;
  private final int shards;
  private final Neighbours neighbours;
  private final Replicas replicas;
  private final Caretaker caretaker;
  private final Optional<String> known;
  private boolean busy;
  private String waitsFor = "";

  /**
   * @param known the cluster that a roster names which was kept outside of the store's directory
   */
  public Founding(
      Member member,
      String wish,
      int shards,
      Neighbours neighbours,
      Replicas replicas,
      Caretaker caretaker,
      Optional<String> known) {
    this.known = known;
    this.member = member;
    this.wish = wish;
    this.shards = shards;
    this.neighbours = neighbours;
    this.replicas = replicas;
    this.caretaker = caretaker;
  }

  /** Takes the next step towards being a member. */
  public void tick() {
    if (busy || (member.identity().member() && !member.identity().founding())) {
      return;
    }
    busy = true;
    Future<?> unused =
        (member.identity().founding() ? goOn() : begin())
            .onFailure(e -> log.warn("founding failed node={}", neighbours.id(), e))
            .onComplete(done -> busy = false);
  }

  private Future<?> begin() {
    Beginning beginning =
        Beginning.decide(neighbours.id(), wish, neighbours.heardLately(), neighbours.live(), known);
    if (!beginning.why().equals(waitsFor)) {
      waitsFor = beginning.why();
      log.info("storage node={} {}", neighbours.id(), beginning.why());
    }
    if (!beginning.found()) {
      return Future.succeededFuture();
    }
    String cluster = UUID.randomUUID().toString();
    return member.become(member.identity().in(cluster, true)).compose(v -> goOn());
  }

  private Future<?> goOn() {
    if (caretaker.kept().isPresent()) {
      log.info("storage founded node={} cluster={}", neighbours.id(), member.identity().cluster());
      return member.become(member.identity().in(member.identity().cluster(), false));
    }
    Future<Void> made = Future.succeededFuture();
    for (String group : groups()) {
      made = made.compose(v -> replicas.make(group, Set.of(neighbours.id()), FIRST_EPOCH));
    }
    return made.compose(v -> commit());
  }

  private List<String> groups() {
    List<String> groups = new ArrayList<>();
    Roster roster = caretaker.stored().map(Caretaker.Kept::roster).orElseGet(this::first);
    roster.groups().forEach(g -> groups.add(g.group()));
    return groups;
  }

  /** As set, or as in the cluster which this one was restored of: keys stay in their groups. */
  private int shards() {
    return caretaker.stored().map(k -> k.roster().groups().size() - 1).orElse(shards);
  }

  private Roster first() {
    Presence own = neighbours.own();
    StorageNode founder =
        new StorageNode(
            own.node(),
            own.disk(),
            own.host(),
            own.port(),
            own.apiUrl(),
            own.zone(),
            own.capacityBytes(),
            NodeState.UP,
            own.level());
    return Rosters.first(member.identity().cluster(), founder, shards());
  }

  private Future<?> commit() {
    Optional<GroupHost> meta = replicas.host(StorageMessage.META).filter(GroupHost::leading);
    boolean allLead = replicas.hosts().stream().allMatch(GroupHost::leading);
    if (meta.isEmpty() || !allLead) {
      return Future.succeededFuture();
    }
    return caretaker
        .found(meta.get(), first())
        .onSuccess(
            refusal ->
                refusal.ifPresent(
                    r -> log.warn("founding refused node={} cause={}", neighbours.id(), r)));
  }

  /** A roster that another node has: with this node in it, it has been admitted. */
  public void admitted(Roster roster) {
    NodeId self = neighbours.id();
    boolean named =
        roster
            .node(self)
            .filter(n -> n.disk().equals(member.identity().disk()))
            .filter(n -> n.state() != NodeState.REMOVED)
            .isPresent();
    if (busy || member.identity().member() || !named) {
      return;
    }
    busy = true;
    log.info("storage joined node={} cluster={}", self, roster.cluster());
    Future<?> unused =
        member
            .become(member.identity().in(roster.cluster(), false))
            .onFailure(e -> log.warn("joining failed node={}", self, e))
            .onComplete(done -> busy = false);
  }
}
