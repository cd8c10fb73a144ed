package io.hawser.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Event;
import io.hawser.model.Event.InstanceRecovered;
import io.hawser.model.Event.NodeJoined;
import io.hawser.node.Meters;
import io.hawser.testing.Await;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The events as a list and as a stream. */
class EventApiTest {
  private final TestApi api = new TestApi();

  @BeforeEach
  void eventsComeIn() {
    Await.until("ready", () -> api.node().context().readiness().allReady());
  }

  @AfterEach
  void stop() {
    api.close();
  }

  /**
   * Publishes events, not more at a time than a subscription buffers, and waits until they are
   * kept.
   */
  private void publish(Event.Body... bodies) {
    for (int i = 0; i < bodies.length; i++) {
      api.node().context().events().publish(bodies[i]);
      if (i % 500 == 499 || i == bodies.length - 1) {
        awaitNewest(bodies[i]);
      }
    }
  }

  private void awaitNewest(Event.Body body) {
    Await.until(
        "the events are kept",
        () -> {
          JsonArray newest = api.get("/events?limit=1").array();
          return !newest.isEmpty() && newest.encode().contains(mark(body));
        });
  }

  private static String mark(Event.Body body) {
    return switch (body) {
      case InstanceRecovered recovered -> "\"" + recovered.instance() + "\"";
      case NodeJoined joined -> "\"" + joined.joined() + "\"";
      default -> throw new IllegalArgumentException(body.toString());
    };
  }

  private static InstanceRecovered recovered(String service, String instance) {
    return new InstanceRecovered(service, instance, "x");
  }

  @Test
  void events_are_listed_oldest_first_with_what_happened() {
    publish(recovered("shop", "s1"), recovered("shop", "s2"), new NodeJoined("node-1"));
    JsonObject event = api.get("/events").array().getJsonObject(0);

    assertThat(event.getString("kind")).isEqualTo("InstanceRecovered");
    assertThat(event.getString("node")).isEqualTo("node-0");
    assertThat(event.getString("service")).isEqualTo("shop");
    assertThat(event.getString("instance")).isEqualTo("s1");
    assertThat(event.getString("at")).isEqualTo("2023-11-14T22:13:20Z");
    assertThat(event.getLong("atMs")).isEqualTo(api.time().wallMs());
  }

  @Test
  void events_are_narrowed_and_continued() {
    publish(recovered("shop", "s1"), recovered("other", "o1"), new NodeJoined("node-1"));
    String first = api.get("/events").array().getJsonObject(0).getString("id");

    assertThat(api.get("/events?service=other").array()).hasSize(1);
    assertThat(api.get("/events?kind=NodeJoined").array()).hasSize(1);
    assertThat(api.get("/events?limit=1").array().getJsonObject(0).getString("kind"))
        .isEqualTo("NodeJoined");
    assertThat(api.get("/events?since=" + first).array()).hasSize(2);
    assertThat(
            api.get("/events?limit=1&since=" + first).array().getJsonObject(0).getString("service"))
        .isEqualTo("other");
    assertThat(api.get("/events?since=2023-11-14T22:13:20Z").array()).hasSize(3);
    assertThat(api.get("/events?since=2023-11-14T22:13:21Z").array()).isEmpty();
  }

  @Test
  void a_stream_shows_what_happens_from_now_on() throws IOException {
    publish(recovered("shop", "before"));
    try (Stream stream = new Stream("", "")) {
      publish(recovered("shop", "s1"));
      List<String> lines = stream.event();

      assertThat(stream.head())
          .contains("content-type: text/event-stream", "cache-control: no-store");
      assertThat(lines.get(0)).startsWith("id: ");
      assertThat(lines.get(1)).isEqualTo("event: InstanceRecovered");
      assertThat(new JsonObject(lines.get(2).substring("data: ".length())).getString("instance"))
          .isEqualTo("s1");
      assertThat(streams()).isEqualTo(1);
    }
    Await.until("the stream is gone", () -> streams() == 0);
  }

  @Test
  void a_stream_is_resumed_after_the_last_event_that_was_seen() throws IOException {
    publish(
        recovered("shop", "s1"),
        recovered("shop", "s2"),
        recovered("other", "o1"),
        recovered("shop", "s3"));
    String last = api.get("/events").array().getJsonObject(0).getString("id");

    try (Stream stream = new Stream("?service=shop", "Last-Event-ID: " + last + "\r\n")) {
      assertThat(stream.event().get(2)).contains("\"s2\"");
      assertThat(stream.event().get(2)).contains("\"s3\"");
      publish(recovered("shop", "s4"));
      assertThat(stream.event().get(2)).contains("\"s4\"");
    }
  }

  @Test
  void a_stream_that_cannot_be_resumed_without_a_gap_says_so() throws IOException {
    publish(recovered("shop", "s1"));
    try (Stream stream = new Stream("?since=0000000000000001-node-7", "")) {
      assertThat(stream.event().get(0)).isEqualTo("event: Gap");
      assertThat(stream.event().get(2)).contains("\"s1\"");
    }
  }

  @Test
  void a_long_replay_reaches_a_client_that_reads() throws IOException {
    publish(
        IntStream.range(0, 2_000)
            .mapToObj(i -> recovered("shop", "s" + i))
            .toArray(Event.Body[]::new));
    String first = api.get("/events?limit=10000").array().getJsonObject(0).getString("id");
    try (Stream stream = new Stream("?since=" + first, "")) {
      for (int i = 1; i < 2_000; i++) {
        assertThat(stream.event().get(2)).contains("\"s" + i + "\"");
      }
    }
  }

  @Test
  void a_client_that_takes_nothing_is_dropped_and_no_other_one() throws IOException {
    String large = "x".repeat(4_000);
    try (Stream slow = new Stream("", "");
        Stream quick = new Stream("?kind=NodeJoined", "")) {
      Await.until("both are there", () -> streams() == 2);
      for (int i = 0; i < 40 && streams() == 2; i++) {
        String round = "-" + i;
        publish(
            IntStream.range(0, 500)
                .mapToObj(n -> recovered("shop", large + n + round))
                .toArray(Event.Body[]::new));
      }
      Await.until("one is dropped", () -> streams() == 1);
      assertThat(slow.head()).startsWith("http/1.1 200");
      publish(new NodeJoined("node-1"));
      assertThat(quick.event().get(1)).isEqualTo("event: NodeJoined");
    }
  }

  @Test
  void a_stop_of_the_server_ends_the_streams_and_does_not_wait_for_them() throws IOException {
    try (Stream stream = new Stream("", "")) {
      Await.until("the stream is there", () -> streams() == 1);
      Await.result(api.shutdown());
      assertThat(streams()).isZero();
      assertThat(stream.head()).startsWith("http/1.1 200");
    }
  }

  private int streams() {
    return (int) api.node().context().meters().registry().get(Meters.API_STREAMS).gauge().value();
  }

  /** A client that reads the stream, or does not. */
  private final class Stream implements AutoCloseable {
    private final Socket socket = api.connect();
    private final BufferedReader reader;
    private final String head;

    Stream(String query, String headers) throws IOException {
      String request =
          "GET "
              + TestApi.API
              + "/events/stream"
              + query
              + " HTTP/1.1\r\nHost: localhost\r\n"
              + headers
              + "\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      reader =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      StringBuilder text = new StringBuilder();
      for (String line = line(); !line.isEmpty(); line = line()) {
        text.append(line).append('\n');
      }
      head = text.toString().toLowerCase(java.util.Locale.ROOT);
    }

    String head() {
      return head;
    }

    /**
     * The next event's lines: {@code id}, {@code event} and {@code data}. Sizes of chunks are left
     * out.
     */
    List<String> event() throws IOException {
      java.util.ArrayList<String> lines = new java.util.ArrayList<>();
      while (lines.isEmpty() || !lines.getLast().startsWith("data: ")) {
        String line = line();
        if (line.startsWith("id: ") || line.startsWith("event: ") || line.startsWith("data: ")) {
          lines.add(line);
        }
      }
      return lines;
    }

    private String line() throws IOException {
      String line = reader.readLine();
      if (line == null) {
        throw new AssertionError("the stream ended");
      }
      return line;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
