package io.hawser.balancer.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadTest {
  private static final int MAX_BYTES = 16_384;
  private static final int MAX_LINE = 8_192;

  private static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
  }

  private static Head request(String text) throws BadMessage {
    Head head = new Head(MAX_BYTES, MAX_LINE);
    assertThat(head.readRequest(bytes(text))).as(text).isTrue();
    return head;
  }

  private static Problem refusal(String text) {
    Head head = new Head(MAX_BYTES, MAX_LINE);
    BadMessage bad =
        catchThrowableOfType(
            BadMessage.class,
            () -> {
              if (head.readRequest(bytes(text))) {
                long unusedFraming = Framing.ofRequest(head);
                Object unusedAsked = RequestRules.check(head);
              }
            });
    assertThat(bad).as(text).isNotNull();
    return bad.problem();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\nHost: h\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\n\n",
        "GET / HTTP/1.1\r\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\rX: y\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\n\rX: y\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\n X: folded\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\n\tX: folded\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : h\r\n\r\n",
        "GET / HTTP/1.1\r\nHost\t: h\r\n\r\n",
        "GET / HTTP/1.1\r\n: h\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nX\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nX: a\u0000b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nX: a\u007fb\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nX(: a\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /  HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.1 \r\nHost: h\r\n\r\n",
        "GET\t/ HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET / HTTP/1\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.1.1\r\nHost: h\r\n\r\n",
        "GET / http/1.1\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.a\r\nHost: h\r\n\r\n",
        "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /\r\n\r\n",
        " GET / HTTP/1.1\r\nHost: h\r\n\r\n",
        "\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n",
        "\u0016\u0003\u0001",
        "G@T / HTTP/1.1\r\nHost: h\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, identity\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: \"chunked\"\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked;q=1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding:\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: identity\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer_Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1, 1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: +1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1_0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0x1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1 1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: \r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent_Length: 1\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
        "GET ftp://h/ HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET http:///x HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET http://u@h/x HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET h:80 HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET * HTTP/1.1\r\nHost: h\r\n\r\n",
      })
  void what_could_be_read_in_two_ways_is_refused(String text) {
    assertThat(refusal(text).status()).as(text).isEqualTo(400);
  }

  @Test
  void what_is_too_long_is_414_or_431() throws BadMessage {
    assertThat(refusal("GET /" + "x".repeat(MAX_LINE)).status()).isEqualTo(414);
    assertThat(refusal("GET /" + "x".repeat(MAX_LINE) + " HTTP/1.1\r\nHost: h\r\n\r\n").status())
        .isEqualTo(414);
    assertThat(refusal("GET / HTTP/1.1\r\nX: " + "x".repeat(MAX_BYTES)).status()).isEqualTo(431);
    String many = "GET / HTTP/1.1\r\nHost: h\r\n" + "X: y\r\n".repeat(Head.MAX_FIELDS) + "\r\n";
    assertThat(refusal(many).status()).isEqualTo(431);
    assertThat(refusal("GET / HTTP/2.0\r\nHost: h\r\n\r\n").status()).isEqualTo(505);
  }

  @Test
  void a_head_reads_the_same_however_it_is_cut() throws BadMessage {
    String text =
        "\r\nPOST /a?b=c HTTP/1.1\r\nHost:h:80\r\nContent-Length:  12 \t\r\n"
            + "Connection: close, X-Mine\r\nX-Mine: 1\r\nX: caf\u00e9\r\n\r\n";
    Random random = new Random(7);
    for (int run = 0; run < 500; run++) {
      Head head = new Head(MAX_BYTES, MAX_LINE);
      ByteBuf all = bytes(text + "rest");
      boolean whole = false;
      while (!whole) {
        int size = Math.min(all.readableBytes(), 1 + random.nextInt(20));
        ByteBuf piece = all.readSlice(size);
        whole = head.readRequest(piece);
        all.readerIndex(all.readerIndex() - piece.readableBytes());
      }
      assertThat(all.toString(StandardCharsets.ISO_8859_1)).isEqualTo("rest");
      assertThat(head.method()).isEqualTo("POST");
      assertThat(head.target()).isEqualTo("/a?b=c");
      assertThat(head.value(Field.HOST)).isEqualTo("h:80");
      assertThat(Framing.ofRequest(head)).isEqualTo(12);
      assertThat(head.hasToken(Field.CONNECTION, "close")).isTrue();
      assertThat(head.valueOf("x")).isEqualTo("caf\u00e9");
    }
  }

  @Test
  void what_a_connection_header_names_goes_but_not_what_matters() throws BadMessage {
    Head head =
        request(
            "GET / HTTP/1.1\r\n"
                + "Host: h\r\n"
                + "Connection: X-A, Host, X-Forwarded-For, Cookie, Authorization, Via\r\n"
                + "X-A: 1\r\n"
                + "X-B: 2\r\n"
                + "Cookie: c\r\n"
                + "Authorization: a\r\n\r\n");
    ByteBuf out = Unpooled.buffer();
    head.fields().write(out, Field.HOP_BY_HOP);
    assertThat(out.toString(StandardCharsets.ISO_8859_1))
        .isEqualTo("Host: h\r\nX-B: 2\r\nCookie: c\r\nAuthorization: a\r\n");
  }

  @Test
  void an_absolute_target_counts_for_more_than_the_host_header() throws BadMessage {
    assertThat(RequestRules.check(request("GET http://a:1/p?q HTTP/1.1\r\nHost: b\r\n\r\n")))
        .isEqualTo(new RequestRules.Asked("a:1", "/p?q", true));
    assertThat(RequestRules.check(request("GET HTTP://a?q HTTP/1.1\r\nHost: b\r\n\r\n")))
        .isEqualTo(new RequestRules.Asked("a", "/?q", true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: xchunked\r\n\r\n",
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n",
        "HTTP/1.1 200 OK\nX: a\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 099 OK\r\n\r\n",
        "HTTP/2 200\r\n\r\n",
        "ICY 200 OK\r\n\r\n",
      })
  void an_answer_that_could_be_read_in_two_ways_is_refused(String text) {
    assertThatThrownBy(
            () -> {
              Head head = new Head(MAX_BYTES, MAX_LINE);
              if (head.readResponse(bytes(text))) {
                long unused = Framing.ofResponse(head, false);
              }
            })
        .isInstanceOf(BadMessage.class);
  }

  @Test
  void the_end_of_an_answer_follows_from_its_status_first() throws BadMessage {
    for (String status : List.of("204 No", "304 Not", "103 Early")) {
      Head head = new Head(MAX_BYTES, MAX_LINE);
      assertThat(head.readResponse(bytes("HTTP/1.1 " + status + "\r\nContent-Length: 9\r\n\r\n")))
          .isTrue();
      assertThat(Framing.ofResponse(head, false)).isEqualTo(Framing.NONE);
    }
    Head open = new Head(MAX_BYTES, MAX_LINE);
    assertThat(open.readResponse(bytes("HTTP/1.1 200\r\n\r\n"))).isTrue();
    assertThat(Framing.ofResponse(open, false)).isEqualTo(Framing.UNTIL_CLOSE);
    assertThat(Framing.ofResponse(open, true)).isEqualTo(Framing.NONE);
  }
}
