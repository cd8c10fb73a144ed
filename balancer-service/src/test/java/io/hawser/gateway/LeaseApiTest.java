package io.hawser.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.testing.Await;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Leases, watches and the nodes of the store over HTTP, against a store in memory. */
class LeaseApiTest {
  private static final String LEASE = "/leases/leader";

  private final TestApi api = new TestApi();

  @AfterEach
  void stop() {
    api.close();
  }

  private static String claim(String holder, long epoch) {
    return new JsonObject().put("holder", holder).put("epoch", epoch).encode();
  }

  private JsonObject take(String holder) {
    return api.post(LEASE, "{\"holder\":\"" + holder + "\",\"ttlMs\":3000}").json();
  }

  @Test
  void a_lease_has_one_holder_at_a_time() {
    long epoch = take("one").getLong("epoch");
    assertThat(take("one").getLong("epoch")).isEqualTo(epoch);
    JsonObject refused = take("two");
    assertThat(refused.getString("code")).isEqualTo("lease-held");
    assertThat(refused.getString("holder")).isEqualTo("one");
    assertThat(refused.getLong("epoch")).isEqualTo(epoch);
    assertThat(api.put(LEASE, claim("one", epoch)).status()).isEqualTo(200);
    assertThat(api.put(LEASE, claim("one", epoch + 1)).code()).isEqualTo("lease-held");
    assertThat(api.get(LEASE).json().getLong("remainingMs")).isPositive();
    assertThat(api.send("DELETE", TestApi.API + LEASE, Map.of(), claim("two", epoch)).code())
        .isEqualTo("lease-held");
    assertThat(api.send("DELETE", TestApi.API + LEASE, Map.of(), claim("one", epoch)).status())
        .isEqualTo(204);
    assertThat(api.get(LEASE).code()).isEqualTo("unknown-lease");
    assertThat(api.put(LEASE, claim("one", epoch)).code()).isEqualTo("unknown-lease");
    assertThat(take("two").getLong("epoch")).isGreaterThan(epoch);
  }

  @Test
  void a_key_is_only_bound_to_a_lease_that_is_held() {
    assertThat(api.put("/kv/a?lease=leader:1", "1").code()).isEqualTo("lease-over");
    long epoch = take("one").getLong("epoch");
    assertThat(api.put("/kv/a?lease=leader:" + (epoch + 1), "1").code()).isEqualTo("lease-over");
    Reply written = api.put("/kv/a?ttlMs=5000&lease=leader:" + epoch, "1");
    assertThat(written.json().getString("lease")).isEqualTo("leader:" + epoch);
    assertThat(written.json().getInteger("ttlMs")).isEqualTo(5000);
    String body =
        "{\"then\":[{\"key\":\"a\",\"op\":\"put\",\"text\":\"\",\"lease\":\"leader:99\"}]}";
    assertThat(api.post("/kv/txn", body).code()).isEqualTo("lease-over");
  }

  @Test
  void the_store_answers_operators_itself() {
    assertThat(api.get("/storage/nodes").json().getJsonArray("nodes")).hasSize(1);
    assertThat(api.get("/storage/placement?key=a").json().getString("group")).isEqualTo("data-0");
    for (String order : List.of("nodes/node-0/drain", "groups/meta/snapshot")) {
      assertThat(api.post("/storage/" + order, "").json().getBoolean("done")).isTrue();
    }
    assertThat(api.post("/storage/groups/data-7/snapshot", "").code()).isEqualTo("unknown-group");
    api.storage()
        .operator(
            operate -> {
              throw new io.hawser.catalog.Refused("unknown-node", "there is none");
            });
    assertThat(api.post("/storage/nodes/node-9/drain", "").code()).isEqualTo("unknown-node");
  }

  @Test
  void a_watch_streams_each_change_and_goes_on_where_it_broke() throws IOException {
    assertThat(api.put("/kv/p/old", "0").status()).isEqualTo(201);
    String id;
    try (Stream stream = new Stream("")) {
      assertThat(api.put("/kv/p/a", "1").status()).isEqualTo(201);
      assertThat(api.put("/kv/other", "1").status()).isEqualTo(201);
      assertThat(api.delete("/kv/p/a").status()).isEqualTo(204);
      stream.await(2);
      assertThat(stream.events.get(0)).contains("event: put", "\"value\":\"MQ==\"");
      assertThat(stream.events.get(1)).contains("event: delete");
      id = stream.id(0);
    }
    try (Stream stream = new Stream("Last-Event-ID: " + id + "\r\n")) {
      stream.await(1);
      assertThat(stream.events.getFirst()).contains("event: delete");
    }
    api.storage().compact("data-0");
    try (Stream stream = new Stream("Last-Event-ID: 1\r\n")) {
      stream.await(1);
      assertThat(stream.events.getFirst()).contains("event: compacted");
    }
  }

  @Test
  void what_was_written_at_once_is_streamed_again_when_a_part_of_it_was_seen() throws IOException {
    try (Stream stream = new Stream("")) {
      String two =
          "{\"then\":[{\"key\":\"p/1\",\"op\":\"put\",\"text\":\"1\"},"
              + "{\"key\":\"p/2\",\"op\":\"put\",\"text\":\"2\"}]}";
      assertThat(api.post("/kv/txn", two).status()).isEqualTo(200);
      stream.await(2);
      try (Stream again = new Stream("Last-Event-ID: " + stream.id(0) + "\r\n")) {
        again.await(2);
        assertThat(again.events.getFirst()).contains("p/1");
      }
      try (Stream after = new Stream("Last-Event-ID: " + stream.id(1) + "\r\n")) {
        assertThat(api.put("/kv/p/3", "3").status()).isEqualTo(201);
        after.await(1);
        assertThat(after.events.getFirst()).contains("p/3");
      }
    }
  }

  /** A client of the watch of {@code p/}; events as they came, without comments. */
  private final class Stream implements AutoCloseable {
    private final Socket socket = api.connect();
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final Thread reader;

    private Stream(String header) throws IOException {
      String head = "GET /api/v1/watch?prefix=p/ HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      while (!in.readLine().startsWith("retry:")) {
        // The head, and the first chunk's size.
      }
      reader = Thread.ofVirtual().start(() -> read(in));
    }

    private void read(BufferedReader in) {
      StringBuilder event = new StringBuilder();
      try {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
          if (!line.isEmpty()) {
            event.append(line).append('\n');
            continue;
          }
          if (event.indexOf("event: ") >= 0) {
            events.add(event.toString());
          }
          event.setLength(0);
        }
      } catch (IOException e) {
        // Closed by the test.
      }
    }

    private void await(int count) {
      Await.until(count + " events", () -> events.size() >= count);
      assertThat(events).hasSize(count);
    }

    private String id(int at) {
      return events
          .get(at)
          .lines()
          .filter(line -> line.startsWith("id: "))
          .findFirst()
          .orElseThrow()
          .substring(4);
    }

    @Override
    public void close() throws IOException {
      socket.close();
      reader.interrupt();
    }
  }
}
