package io.hawser.storage.transport;

import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.util.Endpoint;
import io.hawser.model.NodeId;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Node ids as JRaft's peers: the id stands where JRaft has an IP address, the port is always 1. So
 * what the log remembers of a group's members stays true when their addresses change.
 */
public final class Peers {
  private static final int PORT = 1;

  private Peers() {}

  /** JRaft splits at colons, which a node id may have; a percent sign it has not. */
  public static PeerId peer(NodeId node) {
    return new PeerId(node.value().replace(":", "%3A"), PORT);
  }

  public static NodeId node(PeerId peer) {
    return node(peer.getEndpoint());
  }

  public static NodeId node(Endpoint endpoint) {
    return new NodeId(endpoint.getIp().replace("%3A", ":"));
  }

  public static Optional<NodeId> known(@Nullable PeerId peer) {
    return peer == null || peer.isEmpty() ? Optional.empty() : Optional.of(node(peer));
  }

  public static Set<NodeId> nodes(Collection<PeerId> peers) {
    return peers.stream().map(Peers::node).collect(Collectors.toUnmodifiableSet());
  }

  /** A configuration with these voters, in one order everywhere. */
  public static Configuration configuration(Set<NodeId> voters) {
    List<PeerId> peers = voters.stream().sorted().map(Peers::peer).toList();
    return new Configuration(peers);
  }
}
