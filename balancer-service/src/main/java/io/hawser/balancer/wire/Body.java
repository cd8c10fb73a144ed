package io.hawser.balancer.wire;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of a message piece by piece, and what follows it: the pieces are spans of the
 * bytes that came, never copies. Used again for the next message of its connection.
 *
 * <p>Not thread-safe: owned by one event loop.
 */
public final class Body {
  private static final int MAX_SIZE_DIGITS = 12;
  private static final int MAX_EXTENSION_BYTES = 256;
  private static final int MAX_TRAILER_BYTES = 4_096;

  private enum At {
    SIZE,
    EXTENSION,
    SIZE_LF,
    DATA,
    DATA_CR,
    DATA_LF,
    TRAILER,
    UNTIL_CLOSE,
    END
  }

  private At at = At.END;
  private long left;
  private boolean chunked;
  private int digits;
  private int extensionBytes;
  private final ByteArrayOutputStream trailer = new ByteArrayOutputStream(0);
  private boolean trailers;
  private int lineStart;

  /** Begins with a body of this framing. */
  public void begin(long framing) {
    chunked = framing == Framing.CHUNKED;
    trailers = false;
    left = Math.max(0, framing);
    if (chunked) {
      chunk();
    } else {
      at = framing == Framing.UNTIL_CLOSE ? At.UNTIL_CLOSE : left == 0 ? At.END : At.DATA;
    }
  }

  /** Whether all of it has been read. */
  public boolean ended() {
    return at == At.END;
  }

  /** Whether it ends when the connection does. */
  public boolean untilClose() {
    return at == At.UNTIL_CLOSE;
  }

  /** How many bytes of a known length are still to come. */
  public long left() {
    return chunked ? Long.MAX_VALUE : left;
  }

  /** The lines of the trailer section, without the empty one; empty without any. */
  public byte[] trailers() {
    return trailers ? trailer.toByteArray() : new byte[0];
  }

  /**
   * The next piece of the body, to be released by the caller; null when more bytes are wanted, or
   * the body has ended.
   */
  public @Nullable ByteBuf next(ByteBuf in) throws BadMessage {
    while (in.isReadable()) {
      switch (at) {
        case END -> {
          return null;
        }
        case UNTIL_CLOSE -> {
          return in.readRetainedSlice(in.readableBytes());
        }
        case DATA -> {
          return data(in);
        }
        case SIZE -> size(in.readByte());
        case EXTENSION -> extension(in.readByte());
        case SIZE_LF -> {
          expect(in.readByte(), '\n');
          at = left == 0 ? At.TRAILER : At.DATA;
        }
        case DATA_CR -> {
          expect(in.readByte(), '\r');
          at = At.DATA_LF;
        }
        case DATA_LF -> {
          expect(in.readByte(), '\n');
          chunk();
        }
        case TRAILER -> trailer(in.readByte());
      }
    }
    return null;
  }

  private ByteBuf data(ByteBuf in) {
    int size = (int) Math.min(left, in.readableBytes());
    left -= size;
    if (left == 0) {
      at = chunked ? At.DATA_CR : At.END;
    }
    return in.readRetainedSlice(size);
  }

  private void chunk() {
    at = At.SIZE;
    left = 0;
    digits = 0;
    extensionBytes = 0;
  }

  private void size(byte b) throws BadMessage {
    int digit = Ascii.hex(b);
    if (digit >= 0) {
      if (++digits > MAX_SIZE_DIGITS) {
        throw BadMessage.of("a chunk is too large");
      }
      left = left << 4 | digit;
    } else if (digits > 0 && (b == '\r' || b == ';')) {
      at = b == ';' ? At.EXTENSION : At.SIZE_LF;
    } else {
      throw BadMessage.of("the body cannot be read: a chunk has no size");
    }
  }

  private void extension(byte b) throws BadMessage {
    if (b == '\r') {
      at = At.SIZE_LF;
    } else if (!Ascii.value(b) || ++extensionBytes > MAX_EXTENSION_BYTES) {
      throw BadMessage.of("the body cannot be read: a chunk has an extension that is none");
    }
  }

  private static void expect(byte b, char wanted) throws BadMessage {
    if (b != wanted) {
      throw BadMessage.of("the body cannot be read: its framing is broken");
    }
  }

  /** The section ends with an empty line; each line is checked when it is whole. */
  private void trailer(byte b) throws BadMessage {
    if (!trailers) {
      trailer.reset();
      trailers = true;
      lineStart = 0;
    }
    trailer.write(b);
    int size = trailer.size();
    if (size > MAX_TRAILER_BYTES) {
      throw new BadMessage(new Problem(431, "header-too-large", "the trailer is too large"));
    }
    if (b != '\n') {
      return;
    }
    byte[] lines = trailer.toByteArray();
    if (size < 2 || lines[size - 2] != '\r') {
      throw BadMessage.of("a line of the trailer ends without a carriage return");
    }
    if (size == 2) {
      trailers = false;
      at = At.END;
    } else if (lines[size - 3] == '\n') {
      trailer.reset();
      trailer.write(lines, 0, size - 2);
      at = At.END;
    } else if (Chunks.colon(lines, lineStart, size) < 0) {
      throw BadMessage.of("the body cannot be read: a line of the trailer is no field");
    }
    lineStart = size;
  }
}
