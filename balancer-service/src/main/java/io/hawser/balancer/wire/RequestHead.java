package io.hawser.balancer.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Writes the head of a request anew, for the instance that is to answer it. */
public final class RequestHead {
  private static final byte[] VERSION = bytes(" HTTP/1.1\r\n");
  private static final byte[] VIA = bytes("Via: 1.1 hawser\r\n");
  private static final byte[] VIA_OLD = bytes("Via: 1.0 hawser\r\n");
  private static final byte[] CHUNKED = bytes("Transfer-Encoding: chunked\r\n");
  private static final byte[] TRAILERS = bytes("TE: trailers\r\nConnection: TE\r\n");
  private static final byte[] CLOSE = bytes("Connection: close\r\n");
  private static final byte[] HOST = bytes("Host: ");
  private static final byte[] MAX_FORWARDS = bytes("Max-Forwards: ");
  private static final byte[] ATTEMPT = bytes("Hawser-Attempt: ");
  private static final byte[] END = bytes("\r\n");
  private static final long TRACE = Field.set(Field.TRACEPARENT, Field.TRACESTATE);

  /** What clients have no say in. */
  private static final long OURS = Field.set(Field.HAWSER_INSTANCE, Field.HAWSER_ATTEMPT);

  private static final int ROOM = 512;

  private RequestHead() {}

  /**
   * What is different from the request as it came.
   *
   * @param uri path and query to ask the instance for
   * @param host for the Host header when the request's own does not count; else empty
   * @param seenHost the host that the client asked for
   * @param upgrade the protocol to switch to; empty for none
   * @param expects whether the instance is asked to say 100
   * @param close whether the connection is for this request only
   * @param attempt how many instances have been tried with this one; said from the second on
   */
  public record Edits(
      String uri,
      String host,
      String seenHost,
      Forwarding forwarding,
      Trace trace,
      String upgrade,
      boolean expects,
      boolean close,
      int attempt) {}

  /** About how many bytes it will have. */
  public static int size(Head head) {
    return head.size() + ROOM;
  }

  public static void write(ByteBuf out, Head head, long framing, Edits edits) {
    long drop = Field.HOP_BY_HOP | edits.forwarding().drop() | OURS;
    if (!edits.host().isEmpty()) {
      drop |= 1L << Field.HOST;
    }
    if (!edits.expects()) {
      drop |= 1L << Field.EXPECT;
    }
    if (edits.trace().fresh()) {
      drop |= TRACE;
    }
    int hops = RequestRules.hops(head);
    if (hops > 0) {
      drop |= 1L << Field.MAX_FORWARDS;
    }
    head.writeMethod(out);
    out.writeByte(' ');
    out.writeCharSequence(edits.uri(), StandardCharsets.ISO_8859_1);
    out.writeBytes(VERSION);
    if (!edits.host().isEmpty()) {
      out.writeBytes(HOST);
      out.writeCharSequence(edits.host(), StandardCharsets.US_ASCII);
      out.writeBytes(END);
    }
    head.fields().write(out, drop);
    if (hops > 0) {
      out.writeBytes(MAX_FORWARDS);
      out.writeCharSequence(Integer.toString(hops - 1), StandardCharsets.US_ASCII);
      out.writeBytes(END);
    }
    if (edits.attempt() > 1) {
      out.writeBytes(ATTEMPT);
      out.writeCharSequence(Integer.toString(edits.attempt()), StandardCharsets.US_ASCII);
      out.writeBytes(END);
    }
    edits.forwarding().write(out, head, edits.seenHost());
    edits.trace().write(out, head);
    out.writeBytes(head.minor() == 0 ? VIA_OLD : VIA);
    if (framing == Framing.CHUNKED) {
      out.writeBytes(CHUNKED);
    }
    connection(out, head, edits);
    out.writeBytes(END);
  }

  private static void connection(ByteBuf out, Head head, Edits edits) {
    if (!edits.upgrade().isEmpty()) {
      out.writeCharSequence(
          "Connection: Upgrade\r\nUpgrade: " + edits.upgrade() + "\r\n",
          StandardCharsets.ISO_8859_1);
    } else if (edits.close()) {
      out.writeBytes(CLOSE);
    } else if (wantsTrailers(head)) {
      out.writeBytes(TRAILERS);
    }
  }

  /** Whether the client takes trailers, and says so properly. */
  public static boolean wantsTrailers(Head head) {
    return head.has(Field.TE)
        && head.hasToken(Field.TE, "trailers")
        && head.hasToken(Field.CONNECTION, "te");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
