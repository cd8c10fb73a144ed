package io.hawser.balancer.wire;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;

/** Writes the head of an instance's answer anew, for the client. */
public final class ResponseHead {
  private static final byte[] VERSION = bytes("HTTP/1.1 ");
  private static final byte[] VIA = bytes("Via: 1.1 hawser\r\n");
  private static final byte[] VIA_OLD = bytes("Via: 1.0 hawser\r\n");
  private static final byte[] CHUNKED = bytes("Transfer-Encoding: chunked\r\n");
  private static final byte[] CLOSE = bytes("Connection: close\r\n");
  private static final byte[] KEEP = bytes("Connection: keep-alive\r\n");
  private static final byte[] END = bytes("\r\n");
  private static final int ROOM = 256;

  private ResponseHead() {}

  /**
   * What is different from the answer as it came.
   *
   * @param chunked whether the body goes in chunks
   * @param close whether the client's connection ends with the answer
   * @param keep whether the client must be told that it does not
   * @param upgrade the protocol that is switched to; empty for none
   * @param own the fields of the instance that our own lines replace
   */
  public record Edits(boolean chunked, boolean close, boolean keep, String upgrade, long own) {}

  /** About how many bytes it will have. */
  public static int size(Head head) {
    return head.size() + ROOM;
  }

  /**
   * @param lines whole lines of our own
   */
  public static void write(ByteBuf out, Head head, Edits edits, byte[] lines) {
    int status = head.status();
    long drop = Field.HOP_BY_HOP | 1L << Field.HAWSER_ERROR | edits.own();
    if (status < 200 || status == 204) {
      drop |= 1L << Field.CONTENT_LENGTH;
    }
    out.writeBytes(VERSION);
    out.writeByte('0' + status / 100);
    out.writeByte('0' + status / 10 % 10);
    out.writeByte('0' + status % 10);
    out.writeByte(' ');
    if (!head.writeReason(out)) {
      out.writeCharSequence(
          HttpResponseStatus.valueOf(status).reasonPhrase(), StandardCharsets.US_ASCII);
    }
    out.writeBytes(END);
    head.fields().write(out, drop);
    out.writeBytes(head.minor() == 0 ? VIA_OLD : VIA);
    out.writeBytes(lines);
    if (edits.chunked()) {
      out.writeBytes(CHUNKED);
    }
    if (!edits.upgrade().isEmpty()) {
      out.writeCharSequence(
          "Connection: Upgrade\r\nUpgrade: " + edits.upgrade() + "\r\n",
          StandardCharsets.ISO_8859_1);
    } else if (edits.close()) {
      out.writeBytes(CLOSE);
    } else if (edits.keep()) {
      out.writeBytes(KEEP);
    }
    out.writeBytes(END);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
