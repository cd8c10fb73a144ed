package io.hawser.storage.operate;

import io.hawser.model.NodeId;
import io.hawser.model.RosterMessage.GroupReplicas;
import io.hawser.model.RosterMessage.Presence;
import io.hawser.model.RosterMessage.ReplicaRole;
import io.hawser.model.RosterMessage.ReplicaStatus;
import io.hawser.model.RosterMessage.Roster;
import io.hawser.model.RosterMessage.StorageNode;
import io.hawser.storage.node.Asking;
import io.hawser.storage.node.Neighbours;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.Optional;

/** The store's nodes and groups as JSON, as this node knows them. */
public final class Report {
  private final Neighbours neighbours;
  private final Asking asking;

  public Report(Neighbours neighbours, Asking asking) {
    this.neighbours = neighbours;
    this.asking = asking;
  }

  public JsonObject nodes(Roster roster) {
    JsonArray nodes = new JsonArray();
    roster.nodes().forEach(n -> nodes.add(node(n)));
    return new JsonObject()
        .put("cluster", roster.cluster())
        .put("epoch", roster.epoch())
        .put("nodes", nodes);
  }

  private JsonObject node(StorageNode node) {
    Optional<Presence> presence = neighbours.presence(node.id());
    JsonArray groups = new JsonArray();
    presence.ifPresent(p -> p.replicas().forEach(r -> groups.add(replica(r))));
    return new JsonObject()
        .put("id", node.id().value())
        .put("state", word(node.state()))
        .put("present", presence.isPresent())
        .put("address", node.host() + ":" + node.port())
        .put("zone", node.zone())
        .put("capacityBytes", presence.map(Presence::capacityBytes).orElse(node.capacityBytes()))
        .put("usedBytes", presence.map(Presence::usedBytes).orElse(0L))
        .put("full", presence.map(Presence::full).orElse(false))
        .put("groups", groups);
  }

  private static JsonObject replica(ReplicaStatus replica) {
    return new JsonObject()
        .put("group", replica.group())
        .put("role", word(shown(replica.role())))
        .put("term", replica.term())
        .put("appliedIndex", replica.applied())
        .put("bytes", replica.bytes());
  }

  public JsonObject placement(Roster roster) {
    JsonArray groups = new JsonArray();
    for (GroupReplicas group : roster.groups()) {
      JsonObject json =
          new JsonObject()
              .put("group", group.group())
              .put(
                  "replicas", new JsonArray(group.replicas().stream().map(NodeId::value).toList()));
      asking.lastLeader(group.group()).map(NodeId::value).ifPresent(l -> json.put("leader", l));
      groups.add(json);
    }
    return new JsonObject().put("epoch", roster.epoch()).put("groups", groups);
  }

  /** One that waits to become a voter is a learner to people. */
  private static ReplicaRole shown(ReplicaRole role) {
    return role == ReplicaRole.OUTSIDE ? ReplicaRole.LEARNER : role;
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
