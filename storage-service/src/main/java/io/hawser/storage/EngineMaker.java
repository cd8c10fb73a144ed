package io.hawser.storage;

import io.hawser.model.NodeId;
import io.hawser.storage.log.LogEngine;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Makes the consensus engine of a node. */
interface EngineMaker {
  /**
   * What the engine has to know.
   *
   * @param cluster the cluster that this node belongs to; empty as long as it belongs to none
   * @param addresses where a node is now
   * @param directory for what the engine has to keep beside the groups
   */
  record Surroundings(
      NodeId self,
      Supplier<String> cluster,
      Function<NodeId, Optional<SocketAddress>> addresses,
      Path directory) {}

  /** Starts to listen. Blocking. */
  LogEngine make(Surroundings surroundings) throws IOException;
}
