package io.hawser.drill.kv;

import io.hawser.drill.wire.HttpConnection;
import io.hawser.drill.wire.HttpReply;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One connection, to one of several nodes: to the next one whenever it fails. Not thread-safe. */
final class NodeRing implements AutoCloseable {
  private final List<InetSocketAddress> nodes;
  private int current;
  private @Nullable HttpConnection connection;

  NodeRing(List<InetSocketAddress> nodes, int first) {
    this.nodes = List.copyOf(nodes);
    this.current = Math.floorMod(first, nodes.size());
  }

  /** A request that cannot have reached anybody. */
  static final class NotSent extends IOException {
    private static final long serialVersionUID = 1;

    NotSent(IOException cause) {
      super("not sent: " + cause.getMessage(), cause);
    }
  }

  HttpReply exchange(byte[] request, int timeoutMs) throws IOException {
    HttpConnection open = connection;
    if (open == null || !open.reusable()) {
      try {
        open = HttpConnection.open(nodes.get(current), timeoutMs);
        connection = open;
      } catch (IOException e) {
        throw new NotSent(e);
      }
    }
    return open.exchange(request, timeoutMs);
  }

  /** Leaves this node for the next. */
  void turn() {
    close();
    current = (current + 1) % nodes.size();
  }

  @Override
  public void close() {
    HttpConnection open = connection;
    connection = null;
    if (open != null) {
      open.close();
    }
  }
}
