package io.hawser.balancer.proxy;

import io.hawser.balancer.core.Endpoint;
import io.hawser.balancer.wire.BadMessage;
import io.hawser.balancer.wire.Body;
import io.hawser.balancer.wire.Chunks;
import io.hawser.balancer.wire.Field;
import io.hawser.balancer.wire.Framing;
import io.hawser.balancer.wire.Head;
import io.hawser.balancer.wire.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An instance's answer on its way to the client, as fast as the client reads. What is small goes
 * together in one buffer, up to the next {@link #push}. Owned by one event loop.
 */
final class Reply {
  private static final byte[] NONE = new byte[0];
  static final byte[] NO_LINES = NONE;
  private static final long NS_PER_S = 1_000_000_000L;

  /** What is copied rather than written by itself: that costs less than a second piece. */
  private static final int SMALL = 2_048;

  private static final int CHUNK_ROOM = 64;

  private final Channel to;
  private final int minor;
  private final boolean bodiless;
  private final boolean trailers;
  private @Nullable ByteBuf held;

  /**
   * @param minor of the client's version
   * @param bodiless whether it asked for no body
   * @param trailers whether it takes trailers
   */
  Reply(Channel to, int minor, boolean bodiless, boolean trailers) {
    this.to = to;
    this.minor = minor;
    this.bodiless = bodiless;
    this.trailers = trailers;
  }

  /**
   * How the answer is handed on.
   *
   * @param chunked whether its body goes in chunks
   * @param close whether only the connection's end can end it, or it ends it anyway
   * @param keep whether the instance's connection can be used again
   */
  record Manner(boolean chunked, boolean close, boolean keep) {}

  /** Begins the body, and says how the answer is to be handed on. */
  Manner manner(Head answer, Body body, boolean last) throws BadMessage {
    long framing = Framing.ofResponse(answer, bodiless);
    body.begin(framing);
    boolean open = framing == Framing.CHUNKED || framing == Framing.UNTIL_CLOSE;
    boolean keep =
        answer.minor() == 1
            ? !answer.hasToken(Field.CONNECTION, "close")
            : answer.hasToken(Field.CONNECTION, "keep-alive");
    return new Manner(
        open && minor == 1, last || (open && minor == 0), keep && framing != Framing.UNTIL_CLOSE);
  }

  /**
   * @param lines of our own
   * @param own the fields of the instance that these replace
   * @param left how many bytes of a body are to come, as far as that is known
   */
  void head(Head answer, Manner manner, String upgrade, byte[] lines, long own, long left) {
    int room = left <= SMALL ? (int) left : manner.chunked() ? CHUNK_ROOM : 0;
    ByteBuf out = to.alloc().buffer(ResponseHead.size(answer) + lines.length + room);
    ResponseHead.write(
        out,
        answer,
        new ResponseHead.Edits(
            manner.chunked(), manner.close(), minor == 0 && !manner.close(), upgrade, own),
        lines);
    push();
    held = out;
  }

  /** Hands information on, unless the client is too old to know that there is such a thing. */
  void information(Head head) {
    if (minor == 1) {
      head(head, new Manner(false, false, true), "", NO_LINES, 0, 0);
      push();
    }
  }

  void piece(ByteBuf piece, boolean chunked) {
    if (chunked) {
      Chunks.write(to.alloc(), piece, this::write);
    } else {
      write(piece);
    }
  }

  private void write(ByteBuf part) {
    ByteBuf before = held;
    if (before != null && part.readableBytes() <= Math.min(SMALL, before.writableBytes())) {
      before.writeBytes(part);
      part.release();
    } else {
      push();
      Sockets.write(to, part);
    }
  }

  void end(boolean chunked, byte[] lines) {
    if (chunked) {
      write(Chunks.end(to.alloc(), trailers ? lines : NONE));
    }
    push();
  }

  /** Hands over what is held, so that the next flush takes it along. */
  void push() {
    ByteBuf out = held;
    held = null;
    if (out != null) {
      Sockets.write(to, out);
    }
  }

  /** Nobody reads it any more. */
  void drop() {
    ByteBuf out = held;
    held = null;
    if (out != null) {
      out.release();
    }
  }

  static byte[] join(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  /** The line that pins a client to an instance. */
  static byte[] cookie(String name, Endpoint endpoint, boolean secure) {
    String line =
        name
            + '='
            + endpoint.affinity()
            + "; Path=/; HttpOnly; SameSite=Lax"
            + (secure ? "; Secure" : "");
    return ("Set-Cookie: " + line + "\r\n").getBytes(StandardCharsets.US_ASCII);
  }

  /** How long the instance keeps an idle connection, less a second; the longest without a word. */
  static long keepNs(Head answer) {
    String text = answer.has(Field.KEEP_ALIVE) ? answer.value(Field.KEEP_ALIVE) : "";
    int at = text.indexOf("timeout=");
    int end = at + 8;
    while (at >= 0 && end < text.length() && Character.isDigit(text.charAt(end))) {
      end++;
    }
    if (at < 0 || end == at + 8 || end - at > 16) {
      return Long.MAX_VALUE;
    }
    return Math.max(0, Long.parseLong(text, at + 8, end, 10) - 1) * NS_PER_S;
  }
}
