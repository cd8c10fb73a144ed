package io.hawser.storage.node;

import io.hawser.model.RosterMessage.ReplicaRole;
import io.hawser.model.RosterMessage.ReplicaStatus;
import java.util.List;
import java.util.Optional;

/** How a replica is that is not open. */
public final class Statuses {
  private Statuses() {}

  /** One that could not be opened. */
  public static ReplicaStatus failed(String group) {
    return status(group, ReplicaRole.FAILED);
  }

  /** One that is on disk, and has yet to learn who leads. */
  public static ReplicaStatus closed(String group) {
    return status(group, ReplicaRole.CANDIDATE);
  }

  private static ReplicaStatus status(String group, ReplicaRole role) {
    return new ReplicaStatus(group, role, 0, Optional.empty(), 0, 0, List.of(), 0, 0);
  }
}
