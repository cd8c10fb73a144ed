package io.hawser.storage.log;

import io.hawser.model.NodeId;
import java.nio.file.Path;
import java.util.Set;

/**
 * A group to open.
 *
 * @param group its name, the same on all nodes
 * @param directory where log, term and snapshots of this replica are kept; nothing else is there
 * @param initialVoters the voters of a group that never was: looked at only while the directory is
 *     empty. Empty: wait until the leader of an existing group adds this node.
 */
public record GroupConfig(String group, Path directory, Set<NodeId> initialVoters) {
  public GroupConfig {
    initialVoters = Set.copyOf(initialVoters);
  }
}
