package io.hawser.storage.transport;

import io.hawser.model.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The first words of a connection: who calls whom, of which cluster, and what for. The one called
 * refuses who is of another cluster, speaks another version, or means somebody else: an address may
 * by now belong to another node.
 */
record Greeting(String cluster, NodeId from, NodeId to, Channel channel) {
  private static final String VERSION = "hawser-log-1";

  /** What a connection carries: files have their own, so that heartbeats do not wait for them. */
  enum Channel {
    LOG,
    FILES
  }

  byte[] toBytes() {
    return String.join("\n", VERSION, cluster, from.value(), to.value(), channel.name())
        .getBytes(StandardCharsets.UTF_8);
  }

  /** The greeting in a frame; null when it is none that this version understands. */
  static @Nullable Greeting parse(byte[] frame) {
    String text = new String(frame, 1, frame.length - 1, StandardCharsets.UTF_8);
    List<String> parts = List.of(text.split("\n", -1));
    if (frame[0] != Frames.GREETING || parts.size() < 5 || !parts.get(0).equals(VERSION)) {
      return null;
    }
    try {
      return new Greeting(
          parts.get(1),
          new NodeId(parts.get(2)),
          new NodeId(parts.get(3)),
          Channel.valueOf(parts.get(4)));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Why a node refuses this greeting, if it does. */
  Optional<String> refusal(NodeId self, String ownCluster) {
    if (!to.equals(self)) {
      return Optional.of("here is " + self + ", not " + to);
    }
    if (from.equals(self)) {
      return Optional.of("a second node calls itself " + self);
    }
    if (!cluster.isEmpty() && !ownCluster.isEmpty() && !cluster.equals(ownCluster)) {
      return Optional.of("here is cluster " + ownCluster + ", not " + cluster);
    }
    return Optional.empty();
  }
}
