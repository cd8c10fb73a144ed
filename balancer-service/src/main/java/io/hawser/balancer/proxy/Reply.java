package io.hawser.balancer.proxy;

import io.hawser.balancer.wire.BadMessage;
import io.hawser.balancer.wire.Body;
import io.hawser.balancer.wire.Chunks;
import io.hawser.balancer.wire.Field;
import io.hawser.balancer.wire.Framing;
import io.hawser.balancer.wire.Head;
import io.hawser.balancer.wire.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;

/**
 * An instance's answer on its way to the client, as fast as the client reads. Owned by one event
 * loop.
 *
 * @param minor of the client's version
 * @param bodiless whether it asked for no body
 * @param trailers whether it takes trailers
 */
record Reply(Channel to, int minor, boolean bodiless, boolean trailers) {
  private static final byte[] NONE = new byte[0];
  private static final long NS_PER_S = 1_000_000_000L;

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
   */
  void head(Head answer, Manner manner, String upgrade, String lines, long own) {
    ByteBuf out = to.alloc().buffer(ResponseHead.size(answer));
    ResponseHead.write(
        out,
        answer,
        new ResponseHead.Edits(
            manner.chunked(), manner.close(), minor == 0 && !manner.close(), upgrade, lines, own));
    Sockets.write(to, out);
  }

  /** Hands information on, unless the client is too old to know that there is such a thing. */
  void information(Head head) {
    if (minor == 1) {
      head(head, new Manner(false, false, true), "", "", 0);
    }
  }

  void piece(ByteBuf piece, boolean chunked) {
    if (chunked) {
      Chunks.write(to.alloc(), piece, buffer -> Sockets.write(to, buffer));
    } else {
      Sockets.write(to, piece);
    }
  }

  void end(boolean chunked, byte[] lines) {
    if (chunked) {
      Sockets.write(to, Chunks.end(to.alloc(), trailers ? lines : NONE));
    }
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
