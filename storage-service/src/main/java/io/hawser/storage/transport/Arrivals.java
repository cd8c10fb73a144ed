package io.hawser.storage.transport;

import io.hawser.model.NodeId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The connections that other nodes have opened, one of a kind for each node. On the server's event
 * loop but for what says otherwise.
 */
final class Arrivals {
  private record Key(NodeId from, Greeting.Channel channel) {
    static Key of(Greeting greeting) {
      return new Key(greeting.from(), greeting.channel());
    }
  }

  private final Map<Key, Inbound> newest = new ConcurrentHashMap<>();

  /** A node has opened a connection; an older one of the same kind is dead or will be. */
  void arrived(Inbound connection, Greeting greeting) {
    Inbound older = newest.put(Key.of(greeting), connection);
    if (older != null) {
      older.end(false);
      older.close();
    }
  }

  /** A connection has ended. */
  void left(Inbound connection) {
    connection.greeting().map(Key::of).ifPresent(key -> newest.remove(key, connection));
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
