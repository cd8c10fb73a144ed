package io.hawser.storage.node;

import io.hawser.model.RosterMessage.ReplicaRole;
import io.hawser.model.RosterMessage.ReplicaStatus;
import java.util.List;
import java.util.Optional;

/** How a replica is that is not open. */
public final class Statuses {
  private Statuses() {}

  public static ReplicaStatus failed(String group) {
    return new ReplicaStatus(group, ReplicaRole.FAILED, 0, Optional.empty(), 0, 0, List.of(), 0);
  }
}
