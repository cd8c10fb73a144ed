package io.hawser.node;

import io.hawser.model.NodeId;
import java.util.List;

/**
 * What a node tells the others of itself when it joins.
 *
 * @param apiUrl where its HTTP API answers
 */
public record NodeInfo(NodeId id, String zone, List<String> roles, String apiUrl, String version) {
  public NodeInfo {
    roles = List.copyOf(roles);
  }

  public boolean has(String role) {
    return roles.contains(role);
  }
}
