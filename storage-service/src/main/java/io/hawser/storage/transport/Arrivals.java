package io.hawser.storage.transport;

import io.hawser.model.NodeId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The connections that other nodes have opened, one of a kind for each node. JRaft numbers a
 * connection's requests, and hears that an old connection is closed before the first request of its
 * successor, or it would forget the new one's numbers. On the server's event loop but for what says
 * otherwise.
 */
final class Arrivals {
  private record Key(NodeId from, Greeting.Channel channel) {
    static Key of(Greeting greeting) {
      return new Key(greeting.from(), greeting.channel());
    }
  }

  private final Context context;
  private final Processors processors;
  private final Map<Key, Inbound> newest = new ConcurrentHashMap<>();

  Arrivals(Context context, Processors processors) {
    this.context = context;
    this.processors = processors;
  }

  /**
   * A node has opened a connection; an older one of the same kind is dead or will be.
   *
   * @return completes, on any thread, when the new one may be welcomed
   */
  Future<Void> arrived(Inbound connection, Greeting greeting) {
    Inbound older = newest.put(Key.of(greeting), connection);
    if (older == null) {
      return Future.succeededFuture();
    }
    older.end(false);
    older.close();
    return older.forgotten();
  }

  /** A connection has ended. Its successor finds it here until JRaft has forgotten it. */
  void left(Inbound connection) {
    connection
        .greeting()
        .map(Key::of)
        .ifPresent(
            key -> connection.forgotten().onComplete(done -> newest.remove(key, connection)));
  }

  /** Lets JRaft forget a connection, on a worker: it may wait for a thread to end. Thread-safe. */
  Future<Void> forget(Inbound connection) {
    return context.executeBlocking(
        () -> {
          processors.closed(connection.remote(), connection);
          return null;
        },
        false);
  }

  /** How many there are. Thread-safe. */
  int count() {
    return newest.size();
  }

  /** Closes all. Thread-safe. */
  void close() {
    newest.values().forEach(Inbound::close);
  }
}
