package io.hawser.bus;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads fields from a stretch of a buffer. A stretch that ends early is not an error here: see
 * {@link #atEnd}.
 */
final class WireReader {
  private final Buffer buffer;
  private int at;
  private final int end;
  private final boolean whole;

  WireReader(Buffer buffer, int at, int end) {
    this(buffer, at, end, false);
  }

  /**
   * @param whole whether nothing may be left out
   */
  WireReader(Buffer buffer, boolean whole) {
    this(buffer, 0, buffer.length(), whole);
  }

  private WireReader(Buffer buffer, int at, int end, boolean whole) {
    if (at < 0 || end < at || end > buffer.length()) {
      throw new WireException("a length points outside of the message", false);
    }
    this.buffer = buffer;
    this.at = at;
    this.end = end;
    this.whole = whole;
  }

  /** Whether what is not known makes the message unreadable, instead of being left out. */
  boolean whole() {
    return whole;
  }

  /**
   * Whether nothing is left: what follows is of a version newer than the writer's, and takes its
   * default.
   */
  boolean atEnd() {
    return at >= end;
  }

  private int advance(int bytes) {
    if (bytes < 0 || bytes > end - at) {
      throw new WireException("the message ends within a field", false);
    }
    int start = at;
    at += bytes;
    return start;
  }

  byte readByte() {
    return buffer.getByte(advance(1));
  }

  int readInt() {
    return buffer.getInt(advance(4));
  }

  long readLong() {
    return buffer.getLong(advance(8));
  }

  double readDouble() {
    return buffer.getDouble(advance(8));
  }

  String readString() {
    int length = readInt();
    int start = advance(length);
    return buffer.getString(start, start + length, StandardCharsets.UTF_8.name());
  }

  byte[] readBytes() {
    int length = readInt();
    int start = advance(length);
    return buffer.getBytes(start, start + length);
  }

  /** The number of items that follow, each of a byte at least. */
  int readCount() {
    int count = readInt();
    if (count < 0 || count > end - at) {
      throw new WireException(
          "a list claims " + count + " items in " + (end - at) + " bytes", false);
    }
    return count;
  }

  /** The next stretch with a length before it. */
  WireReader readStretch() {
    int length = readInt();
    int start = advance(length);
    return new WireReader(buffer, start, start + length, whole);
  }
}
