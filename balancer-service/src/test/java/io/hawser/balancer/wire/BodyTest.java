package io.hawser.balancer.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyTest {
  private final StringBuilder read = new StringBuilder();

  private String read(long framing, String text, int cut) throws BadMessage {
    Body body = new Body();
    body.begin(framing);
    read.setLength(0);
    for (int from = 0; from < text.length(); from += cut) {
      String part = text.substring(from, Math.min(text.length(), from + cut));
      ByteBuf in = Unpooled.copiedBuffer(part, StandardCharsets.ISO_8859_1);
      for (ByteBuf piece = body.next(in); piece != null; piece = body.next(in)) {
        read.append(piece.toString(StandardCharsets.ISO_8859_1));
        assertThat(piece.release()).isFalse();
      }
      if (body.ended()) {
        return read + "|" + in.toString(StandardCharsets.ISO_8859_1);
      }
      assertThat(in.release()).isTrue();
    }
    return read + "...";
  }

  @Test
  void a_body_reads_the_same_however_it_is_cut() throws BadMessage {
    String chunked = "3;ext=\"a;b\"\r\nabc\r\n0A\r\n0123456789\r\n0\r\nX: 1\r\n\r\n";
    for (int cut = 1; cut <= chunked.length(); cut++) {
      assertThat(read(Framing.CHUNKED, chunked, cut)).isEqualTo("abc0123456789|");
      assertThat(read(5, "hello", cut)).isEqualTo("hello|");
    }
    assertThat(read(Framing.CHUNKED, "0\r\n\r\nGET /", 100)).isEqualTo("|GET /");
    assertThat(read(2, "okGET /", 100)).isEqualTo("ok|GET /");
    assertThat(read(3, "ok", 100)).isEqualTo("ok...");
    assertThat(read(Framing.UNTIL_CLOSE, "anything", 3)).isEqualTo("anything...");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "zz\r\n",
        "-1\r\nx",
        "+1\r\nx\r\n",
        " 1\r\nx\r\n",
        "1 \r\nx\r\n",
        "0x1\r\nx\r\n",
        "\r\nx",
        "1\nx\r\n",
        "1\r\nxy\r\n",
        "1\r\nx\n0\r\n\r\n",
        "1;a\nb\r\nx\r\n",
        "1;a\u0000\r\nx\r\n",
        "1;a\rb\r\nx\r\n",
        "fffffffffffffffff\r\n",
        "0\r\nX: 1\n\r\n",
        "0\r\nX\r\n\r\n",
        "0\r\nX : 1\r\n\r\n",
        "0\r\nX: a\u0000\r\n\r\n",
        "0\r\n\rGET / HTTP/1.1\r\n\r\n",
        "0\r\n\n",
      })
  void a_chunk_that_could_be_read_in_two_ways_is_refused(String text) {
    assertThatThrownBy(() -> read(Framing.CHUNKED, text, 100))
        .as(text)
        .isInstanceOf(BadMessage.class);
  }

  @Test
  void an_endless_extension_or_trailer_is_refused() {
    assertThatThrownBy(() -> read(Framing.CHUNKED, "1;" + "x".repeat(1_000), 100))
        .isInstanceOf(BadMessage.class);
    assertThatThrownBy(() -> read(Framing.CHUNKED, "0\r\n" + "X: y\r\n".repeat(2_000), 100))
        .isInstanceOf(BadMessage.class);
  }

  @Test
  void what_is_written_in_chunks_reads_as_it_was() throws BadMessage {
    Random random = new Random(3);
    for (int run = 0; run < 200; run++) {
      StringBuilder whole = new StringBuilder();
      ByteBuf out = Unpooled.buffer();
      for (int i = random.nextInt(4); i >= 0; i--) {
        String piece = "x".repeat(random.nextInt(10_000));
        whole.append(piece);
        Chunks.write(
            UnpooledByteBufAllocator.DEFAULT,
            Unpooled.copiedBuffer(piece, StandardCharsets.US_ASCII),
            buffer -> {
              out.writeBytes(buffer);
              assertThat(buffer.release()).isTrue();
            });
      }
      ByteBuf end = Chunks.end(UnpooledByteBufAllocator.DEFAULT, new byte[0]);
      out.writeBytes(end);
      assertThat(end.release()).isTrue();
      assertThat(read(Framing.CHUNKED, out.toString(StandardCharsets.US_ASCII), 1_000))
          .isEqualTo(whole + "|");
    }
  }

  @Test
  void trailers_pass_but_for_those_that_are_fields_of_the_head() {
    byte[] lines =
        "X-Sum: 1\r\nContent-Length: 5\r\nhost: evil\r\nbad line\r\nY: 2\r\n"
            .getBytes(StandardCharsets.US_ASCII);
    ByteBuf end = Chunks.end(UnpooledByteBufAllocator.DEFAULT, lines);
    assertThat(end.toString(StandardCharsets.US_ASCII)).isEqualTo("0\r\nX-Sum: 1\r\nY: 2\r\n\r\n");
    assertThat(end.release()).isTrue();
  }
}
