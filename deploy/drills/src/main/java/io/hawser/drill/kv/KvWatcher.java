package io.hawser.drill.kv;

import io.hawser.cli.base.Fields;
import io.hawser.drill.audit.WatchLog;
import io.hawser.drill.audit.WatchLog.Change;
import io.hawser.drill.cluster.Wait;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;

/**
 * Follows the changes of keys with a prefix over {@code /api/v1/watch}. When the stream ends or
 * falls silent it goes on at the next node, from the last event that it has seen. One thread of its
 * own.
 */
public final class KvWatcher implements AutoCloseable {
  private static final int CONNECT_MS = 1_000;

  /** Longer than a stream is silent: it is told every few seconds that it lives. */
  private static final int SILENT_MS = 10_000;

  private static final Duration PAUSE = Duration.ofMillis(50);

  private final List<InetSocketAddress> nodes;
  private final String prefix;
  private final String name;
  private final WatchLog log;
  private volatile boolean over;
  private volatile String lastId;
  private volatile boolean compacted;
  private int current;

  private KvWatcher(
      List<InetSocketAddress> nodes, int first, String prefix, WatchLog log, String from) {
    this.nodes = List.copyOf(nodes);
    this.current = first % nodes.size();
    this.prefix = prefix;
    this.name = "watcher " + first;
    this.log = log;
    this.lastId = from;
  }

  /**
   * Starts one.
   *
   * @param first the number of the node that it listens to first
   * @param from the id after which it wants to be told
   */
  public static KvWatcher start(
      List<InetSocketAddress> nodes, int first, String prefix, WatchLog log, String from) {
    KvWatcher watcher = new KvWatcher(nodes, first, prefix, log, from);
    Thread unused = Thread.ofPlatform().name(watcher.name).daemon().start(watcher::run);
    return watcher;
  }

  public String name() {
    return name;
  }

  /** Whether it was told that it has missed something. */
  public boolean compacted() {
    return compacted;
  }

  private void run() {
    while (!over) {
      try {
        follow(nodes.get(current));
      } catch (IOException e) {
        // The node went away or fell silent: the next one goes on.
      }
      current = (current + 1) % nodes.size();
      Wait.pass(PAUSE);
    }
  }

  private void follow(InetSocketAddress node) throws IOException {
    URI uri =
        URI.create(
            "http://%s:%d/api/v1/watch?prefix=%s"
                .formatted(
                    node.getAddress().getHostAddress(), node.getPort(), KvClient.encoded(prefix)));
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setConnectTimeout(CONNECT_MS);
    connection.setReadTimeout(SILENT_MS);
    connection.setRequestProperty("Accept", "text/event-stream");
    connection.setRequestProperty("Last-Event-ID", lastId);
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
      read(lines);
    } finally {
      connection.disconnect();
    }
  }

  private void read(BufferedReader lines) throws IOException {
    String id = "";
    String event = "";
    String data = "";
    for (String line = lines.readLine(); line != null && !over; line = lines.readLine()) {
      if (line.startsWith("id: ")) {
        id = line.substring(4);
      } else if (line.startsWith("event: ")) {
        event = line.substring(7);
      } else if (line.startsWith("data: ")) {
        data = line.substring(6);
      } else if (line.isEmpty()) {
        compacted |= event.equals("compacted");
        if (!data.isEmpty() && Fields.parse(data) instanceof JsonObject change) {
          told(event, change);
        }
        lastId = id.isEmpty() ? lastId : id;
        event = "";
        data = "";
      }
    }
  }

  private void told(String event, JsonObject change) {
    if (event.equals("put") || event.equals("delete")) {
      byte[] value = Base64.getDecoder().decode(Fields.text(change, "value"));
      log.told(
          name,
          new Change(
              Fields.number(change, 0, "revision"),
              Fields.text(change, "key"),
              new String(value, StandardCharsets.UTF_8)));
    }
  }

  @Override
  public void close() {
    over = true;
  }
}
