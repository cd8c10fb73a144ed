package io.hawser.storage.transport;

import io.hawser.model.NodeId;
import io.vertx.core.net.SocketAddress;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * How a node's transport is made.
 *
 * @param cluster the cluster's id as known now; empty while the node is in none yet. Nodes of
 *     different clusters refuse each other
 * @param host where to listen
 * @param port where to listen; 0 for any
 * @param tls certificates; without them everything is in the clear, and anyone may connect
 * @param addresses where a node is now, asked for each connection
 */
public record TransportConfig(
    NodeId self,
    Supplier<String> cluster,
    String host,
    int port,
    Optional<TransportTls> tls,
    Function<NodeId, Optional<SocketAddress>> addresses) {}
