package io.hawser.drill.storage;

import io.hawser.cli.base.Fields;
import io.hawser.drill.audit.LostWrites;
import io.hawser.drill.wire.HttpConnection;
import io.hawser.drill.wire.HttpReply;
import io.hawser.drill.wire.HttpRequest;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** What each node by itself has of the keys that were written. */
final class Replicas {
  private static final int TIMEOUT_MS = 5_000;
  private static final int TRIES = 3;
  private static final int PAGE = 1000;

  private final StoreNodes nodes;
  private final String prefix;

  /**
   * @param prefix what the names of the keys begin with, and of no others
   */
  Replicas(StoreNodes nodes, String prefix) {
    this.nodes = nodes;
    this.prefix = prefix;
  }

  /** What is wrong with each node's own data: a line for each key. */
  Map<Integer, List<String>> wrong(LostWrites unique) {
    Map<Integer, List<String>> wrong = new ConcurrentSkipListMap<>();
    List<Thread> readers =
        nodes.all().stream()
            .map(k -> Thread.ofVirtual().start(() -> wrong.put(k, wrong(unique, k))))
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

  private List<String> wrong(LostWrites unique, int k) {
    try {
      return unique.wrong(read(nodes.cluster().apiAddress(k)));
    } catch (IOException e) {
      return List.of("cannot be read: " + e.getMessage());
    }
  }

  private Map<String, String> read(InetSocketAddress node) throws IOException {
    Map<String, String> found = new HashMap<>();
    HttpConnection connection = HttpConnection.open(node, TIMEOUT_MS);
    try {
      Optional<String> after = Optional.of("");
      while (after.isPresent()) {
        JsonObject page = page(connection, after.get());
        for (JsonObject item : Fields.items(page, "items")) {
          byte[] value = Base64.getDecoder().decode(Fields.text(item, "value"));
          found.put(Fields.text(item, "key"), new String(value, StandardCharsets.UTF_8));
        }
        after = Optional.ofNullable(page.getString("next"));
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

  private JsonObject page(HttpConnection connection, String after) throws IOException {
    String target =
        "/api/v1/kv?stale=true&values=true&limit=%d&prefix=%s".formatted(PAGE, encoded(prefix))
            + (after.isEmpty() ? "" : "&after=" + encoded(after));
    byte[] list = HttpRequest.bytes("GET", target, Map.of());
    HttpReply reply = connection.exchange(list, TIMEOUT_MS);
    for (int i = 1; i < TRIES && reply.status() >= 429; i++) {
      reply = connection.exchange(list, TIMEOUT_MS);
    }
    if (!reply.ok()) {
      throw new IOException("status " + reply.status() + " for the keys after '" + after + "'");
    }
    return new JsonObject(reply.text());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
