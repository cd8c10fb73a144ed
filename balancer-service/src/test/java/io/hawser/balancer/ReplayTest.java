package io.hawser.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A request whose body is small is sent again, body and all, where that does no harm. */
class ReplayTest {
  private static final int TOO_LARGE = 70_000;
  private BalancerRig rig;
  private RawOrigin first;
  private RawOrigin second;

  @BeforeEach
  void start() throws Exception {
    rig = new BalancerRig(1, Map.of());
    // Whichever is asked first reads everything and ends without a word; the other answers.
    boolean[] asked = new boolean[1];
    first = origin(asked);
    second = origin(asked);
    rig.register("echo", "a", first.port());
    rig.register("echo", "b", second.port());
  }

  @AfterEach
  void stop() throws Exception {
    rig.close();
    first.close();
    second.close();
  }

  private static RawOrigin origin(boolean[] asked) throws IOException {
    RawOrigin[] self = new RawOrigin[1];
    self[0] =
        new RawOrigin(
            connection -> {
              String body = body(connection);
              self[0].requests.add(body);
              boolean answers;
              synchronized (asked) {
                answers = asked[0];
                asked[0] = true;
              }
              if (answers) {
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
              }
            });
    return self[0];
  }

  /** The body of the next request, with its framing if it is chunked. */
  private static String body(RawOrigin.Connection connection) throws IOException {
    List<String> head = connection.head();
    boolean chunked = head.stream().anyMatch(line -> line.startsWith("Transfer-Encoding"));
    StringBuilder body = new StringBuilder();
    if (chunked) {
      while (!body.toString().endsWith("0\r\n\r\n")) {
        body.append((char) connection.in().read());
      }
      return body.toString();
    }
    int length =
        head.stream()
            .map(line -> line.toLowerCase(Locale.ROOT))
            .filter(line -> line.startsWith("content-length:"))
            .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
            .sum();
    for (int c = 0; c >= 0 && body.length() < length; ) {
      c = connection.in().read();
      body.append((char) c);
    }
    return body.toString();
  }

  private List<String> seen() {
    return Stream.concat(first.requests.stream(), second.requests.stream()).toList();
  }

  @Test
  void a_put_that_was_not_answered_goes_to_another_with_its_body() throws Exception {
    try (Raw raw = new Raw(rig.port)) {
      raw.send("PUT", "/echo/", "Content-Length: 5").text("hello");

      assertThat(raw.answer(false).status()).isEqualTo(200);
      assertThat(seen()).containsExactly("hello", "hello");
    }
  }

  @Test
  void so_does_one_in_chunks() throws Exception {
    try (Raw raw = new Raw(rig.port)) {
      raw.send("PUT", "/echo/", "Transfer-Encoding: chunked");
      raw.text("3\r\nabc\r\n").text("2\r\nde\r\n0\r\n\r\n");

      assertThat(raw.answer(false).status()).isEqualTo(200);
      assertThat(seen())
          .hasSize(2)
          .allSatisfy(
              body -> assertThat(body.replaceAll("[0-9]+\r\n|\r\n", "")).isEqualTo("abcde"));
    }
  }

  @Test
  void a_post_is_never_sent_twice() throws Exception {
    try (Raw raw = new Raw(rig.port)) {
      raw.send("POST", "/echo/", "Content-Length: 5").text("hello");

      assertThat(raw.answer(false).status()).isEqualTo(502);
      assertThat(seen()).containsExactly("hello");
    }
  }

  @Test
  void a_body_that_is_too_large_to_be_kept_is_sent_once() throws Exception {
    try (Raw raw = new Raw(rig.port)) {
      raw.send("PUT", "/echo/", "Content-Length: " + TOO_LARGE).text("x".repeat(TOO_LARGE));

      assertThat(raw.answer(false).status()).isEqualTo(502);
      assertThat(seen()).containsExactly("x".repeat(TOO_LARGE));
    }
  }
}
