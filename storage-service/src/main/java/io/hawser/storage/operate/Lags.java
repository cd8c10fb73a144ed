package io.hawser.storage.operate;

import io.hawser.model.NodeId;
import io.hawser.model.RosterMessage.Presence;
import io.hawser.model.RosterMessage.ReplicaRole;
import io.hawser.model.RosterMessage.ReplicaStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** How far followers are behind, as the one who leads them has last heard of them. Pure. */
public final class Lags {
  /**
   * @param entries that are committed and that the follower had not applied when it was last heard
   */
  public record Lag(String group, NodeId follower, long entries) {}

  private Lags() {}

  /**
   * Of each group that is led here.
   *
   * @param own the replicas here
   * @param heard what was last heard of a node, however long ago
   */
  public static List<Lag> of(
      NodeId self, Collection<ReplicaStatus> own, Function<NodeId, Optional<Presence>> heard) {
    List<Lag> lags = new ArrayList<>();
    for (ReplicaStatus led : own) {
      if (led.role() == ReplicaRole.LEADER) {
        for (NodeId id : led.voters()) {
          Optional<ReplicaStatus> there =
              heard.apply(id).flatMap(p -> p.replica(led.group())).filter(r -> !id.equals(self));
          there.ifPresent(
              r -> lags.add(new Lag(led.group(), id, Math.max(0, led.committed() - r.applied()))));
        }
      }
    }
    return lags;
  }
}
