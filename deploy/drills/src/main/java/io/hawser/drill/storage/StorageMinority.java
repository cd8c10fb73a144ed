package io.hawser.drill.storage;

import io.hawser.drill.cluster.Wait;
import io.hawser.drill.kv.Condition;
import io.hawser.drill.kv.KvClient;
import io.hawser.drill.kv.KvResult.How;
import io.hawser.drill.kv.Patience;
import io.hawser.drill.scenario.DrillRun;
import io.hawser.drill.scenario.Scenario;
import io.hawser.drill.wire.HttpConnection;
import io.hawser.drill.wire.HttpReply;
import io.hawser.drill.wire.HttpRequest;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What one node of three answers when the other two are killed: no new state within 1.5 s, and old
 * state on. At the end all are stopped and started again with other addresses.
 */
final class StorageMinority implements Scenario {
  private static final int SIZE = 3;
  private static final int TIMEOUT_MS = 10_000;
  private static final double MAX_MS = 1_500;
  private static final String KEY = "drill/minority";
  private static final int OTHER_PORTS = 200;

  @Override
  public String name() {
    return "storage-minority";
  }

  @Override
  public String summary() {
    return "kill -9 of two of three nodes: reads and writes are refused within 1.5 s, stale reads"
        + " go on; then all three at other addresses";
  }

  @Override
  public int rounds() {
    return SIZE;
  }

  @Override
  public void run(DrillRun run) throws InterruptedException {
    int firstPort = run.options().firstPort();
    String value = "";
    try (StoreNodes nodes = StoreNodes.start(run, SIZE, 0)) {
      for (int i = 0; i < run.rounds(); i++) {
        value = "v" + i;
        write(nodes, value);
        round(run, nodes, i % SIZE, value);
      }
    }
    try (StoreNodes moved = StoreNodes.start(run, SIZE, SIZE, firstPort + OTHER_PORTS, Map.of())) {
      String found = read(moved);
      run.journal()
          .expect(
              "at other addresses the data is there", found.equals(value), "the key is " + found);
    }
  }

  private static KvClient client(StoreNodes nodes, String name) {
    return new KvClient(nodes.addresses(), 0, name, new Patience(2_000, 20_000, 50));
  }

  private static void write(StoreNodes nodes, String value) {
    try (KvClient client = client(nodes, "minority-" + value)) {
      if (client.put(KEY, value, Condition.NONE).how() != How.DONE) {
        throw new IllegalStateException("a whole store takes no write");
      }
    }
  }

  private static String read(StoreNodes nodes) {
    try (KvClient client = client(nodes, "minority-reader")) {
      return client.get(KEY).value();
    }
  }

  private static void round(DrillRun run, StoreNodes nodes, int left, String value) {
    // A write is done when two of three have it: the third may be about to get it.
    if (!Wait.until(
        Duration.ofSeconds(30),
        () -> ask(nodes, left, "GET", "?stale=true", 200, value).getBoolean("right"))) {
      throw new IllegalStateException("node-" + left + " does not get what is written");
    }
    nodes.others(left).forEach(k -> nodes.cluster().node(k).kill());
    List<JsonObject> answers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      answers.add(ask(nodes, left, "GET", "", 503, ""));
      answers.add(ask(nodes, left, "PUT", "", 503, ""));
      answers.add(ask(nodes, left, "GET", "?stale=true", 200, value));
      Wait.pass(Duration.ofMillis(500));
    }
    JsonObject round = new JsonObject().put("left", "node-" + left).put("answers", answers);
    run.journal().round(round);
    run.journal().note(round.encode());
    run.journal()
        .expect(
            "node-" + left + " alone refuses what is new within 1.5 s, and answers stale reads",
            answers.stream().allMatch(a -> a.getBoolean("right") && a.getDouble("ms") <= MAX_MS),
            answers.toString());
    for (int k : nodes.others(left)) {
      var unused = nodes.cluster().start(k);
    }
    nodes.requireServing();
  }

  private static JsonObject ask(
      StoreNodes nodes, int node, String method, String query, int wanted, String value) {
    byte[] request =
        HttpRequest.bytes(
            method,
            "/api/v1/kv/" + KEY + query,
            Map.of("Content-Type", "application/octet-stream"),
            method.equals("PUT") ? new byte[] {'x'} : new byte[0]);
    long startNs = System.nanoTime();
    JsonObject answer = new JsonObject().put("request", method + query);
    try {
      HttpConnection connection = HttpConnection.open(nodes.cluster().apiAddress(node), TIMEOUT_MS);
      try {
        HttpReply reply = connection.exchange(request, TIMEOUT_MS);
        boolean right = reply.status() == wanted && (value.isEmpty() || reply.text().equals(value));
        answer.put("status", reply.status()).put("right", right);
        if (!right) {
          answer.put("text", reply.text());
        }
      } finally {
        connection.close();
      }
    } catch (IOException e) {
      answer.put("status", 0).put("right", false);
    }
    return answer.put("ms", Math.round((System.nanoTime() - startNs) / 1e4) / 1e2);
  }
}
