package io.hawser.balancer.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/** The framing of chunked bodies as it is written. */
public final class Chunks {
  /** A piece up to this size is copied together with its framing: one write instead of three. */
  private static final int SMALL = 4_096;

  private static final byte[] LAST = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int ROOM = 16;

  private Chunks() {}

  /** Takes the buffers of a body in the order in which they are to be sent. */
  public interface Sink {
    void write(ByteBuf buffer);
  }

  /** Sends a piece of a body as a chunk; takes the piece over. */
  public static void write(ByteBufAllocator allocator, ByteBuf piece, Sink to) {
    int size = piece.readableBytes();
    if (size == 0) {
      piece.release();
      return;
    }
    ByteBuf before = allocator.buffer(size <= SMALL ? size + ROOM : ROOM);
    for (int shift = 28 - (Integer.numberOfLeadingZeros(size) & ~3); shift >= 0; shift -= 4) {
      int digit = size >>> shift & 15;
      before.writeByte(digit < 10 ? '0' + digit : 'a' + digit - 10);
    }
    before.writeByte('\r').writeByte('\n');
    if (size <= SMALL) {
      to.write(before.writeBytes(piece).writeByte('\r').writeByte('\n'));
      piece.release();
      return;
    }
    to.write(before);
    to.write(piece);
    to.write(allocator.buffer(2).writeByte('\r').writeByte('\n'));
  }

  /**
   * What comes behind the last chunk.
   *
   * @param trailers whole lines; those that may not stand in trailers are left out
   */
  public static ByteBuf end(ByteBufAllocator allocator, byte[] trailers) {
    ByteBuf out = allocator.buffer(ROOM + trailers.length);
    out.writeBytes(LAST, 0, 3);
    int from = 0;
    for (int i = 0; i < trailers.length; i++) {
      if (trailers[i] == '\n') {
        if (passes(trailers, from, i + 1)) {
          out.writeBytes(trailers, from, i + 1 - from);
        }
        from = i + 1;
      }
    }
    return out.writeBytes(LAST, 3, 2);
  }

  private static boolean passes(byte[] lines, int from, int to) {
    int colon = colon(lines, from, to);
    return colon > 0 && !Field.in(Field.NOT_IN_TRAILERS, Field.of(lines, from, colon, true));
  }

  /** Where the name of a field ends whose line this is, CR LF included; -1 when it is none. */
  static int colon(byte[] lines, int from, int to) {
    int colon = from;
    while (colon < to && Ascii.token(lines[colon])) {
      colon++;
    }
    if (colon == from || lines[colon] != ':') {
      return -1;
    }
    for (int i = colon + 1; i < to - 2; i++) {
      if (!Ascii.value(lines[i])) {
        return -1;
      }
    }
    return colon;
  }
}
