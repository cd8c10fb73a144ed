package io.hawser.storage.node;

import io.hawser.model.NodeId;
import io.hawser.model.RosterMessage.Presence;
import io.hawser.model.RosterMessage.ReplicaStatus;
import io.hawser.model.RosterMessage.StorageNode;
import io.hawser.model.StorageOp;
import io.hawser.node.NodeInfo;
import io.hawser.service.ServiceContext;
import io.hawser.storage.group.Room;
import java.util.List;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** What this node says of itself, and what it takes from what others say of themselves. */
public final class SelfPortrait {
  private final ServiceContext node;
  private final Member member;
  private final DiskWatch disk;
  private final String wish;
  private final String host;
  private final IntSupplier port;
  private final Supplier<List<ReplicaStatus>> replicas;

  /**
   * @param wish see {@link Presence#wish}
   * @param host where others reach the Raft port
   */
  public SelfPortrait(
      ServiceContext node,
      Member member,
      DiskWatch disk,
      String wish,
      String host,
      IntSupplier port,
      Supplier<List<ReplicaStatus>> replicas) {
    this.node = node;
    this.member = member;
    this.disk = disk;
    this.wish = wish;
    this.host = host;
    this.port = port;
    this.replicas = replicas;
  }

  /** How this node is. */
  public Presence presence() {
    Identity identity = member.identity();
    NodeInfo self = node.members().self();
    Room room = disk.room();
    return new Presence(
        identity.node(),
        identity.cluster(),
        identity.disk(),
        wish,
        host,
        port.getAsInt(),
        self.apiUrl(),
        self.zone(),
        room.capacityBytes(),
        room.usedBytes(),
        room.full(),
        StorageOp.FIRST_LEVEL,
        replicas.get());
  }

  /** The room of a group: a full disk of one voter holds up all, so its leader takes no puts. */
  public Room room(Set<NodeId> voters, Neighbours neighbours) {
    Room own = disk.room();
    if (own.full()) {
      return own;
    }
    return voters.stream()
        .filter(id -> !id.equals(neighbours.id()))
        .flatMap(id -> neighbours.presence(id).stream())
        .filter(Presence::full)
        .findFirst()
        .map(p -> new Room(true, p.usedBytes(), p.capacityBytes()))
        .orElse(own);
  }

  /** The highest level of operations that all of these nodes apply. */
  public static int level(Set<NodeId> voters, RosterBook book) {
    return book.current().stream()
        .flatMap(r -> r.nodes().stream())
        .filter(n -> voters.contains(n.id()))
        .mapToInt(StorageNode::level)
        .min()
        .orElse(StorageOp.FIRST_LEVEL);
  }
}
