package io.hawser.drill.storage;

import io.hawser.drill.audit.LostWrites;
import io.hawser.drill.wire.HttpConnection;
import io.hawser.drill.wire.HttpReply;
import io.hawser.drill.wire.HttpRequest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** What each node by itself has of the keys that were written. */
final class Replicas {
  private static final int TIMEOUT_MS = 5_000;
  private static final int TRIES = 3;

  private final StoreNodes nodes;

  Replicas(StoreNodes nodes) {
    this.nodes = nodes;
  }

  /** What is wrong with each node's own data: a line for each key. */
  Map<Integer, List<String>> wrong(LostWrites unique) {
    List<String> keys = unique.keys();
    Map<Integer, List<String>> wrong = new ConcurrentSkipListMap<>();
    List<Thread> readers =
        nodes.all().stream()
            .map(k -> Thread.ofVirtual().start(() -> wrong.put(k, wrong(unique, k, keys))))
            .toList();
    for (Thread reader : readers) {
      try {
        reader.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return new TreeMap<>(wrong);
  }

  private List<String> wrong(LostWrites unique, int k, List<String> keys) {
    try {
      return unique.wrong(read(nodes.cluster().apiAddress(k), keys));
    } catch (IOException e) {
      return List.of("cannot be read: " + e.getMessage());
    }
  }

  private static Map<String, String> read(InetSocketAddress node, List<String> keys)
      throws IOException {
    Map<String, String> found = new HashMap<>();
    HttpConnection connection = HttpConnection.open(node, TIMEOUT_MS);
    try {
      for (String key : keys) {
        byte[] get = HttpRequest.bytes("GET", "/api/v1/kv/" + key + "?stale=true", Map.of());
        HttpReply reply = connection.exchange(get, TIMEOUT_MS);
        for (int i = 1; i < TRIES && reply.status() >= 429; i++) {
          reply = connection.exchange(get, TIMEOUT_MS);
        }
        if (reply.ok()) {
          found.put(key, reply.text());
        } else if (reply.status() != 404) {
          throw new IOException("status " + reply.status() + " for " + key);
        }
        if (!connection.reusable()) {
          connection.close();
          connection = HttpConnection.open(node, TIMEOUT_MS);
        }
      }
      return found;
    } finally {
      connection.close();
    }
  }
}
