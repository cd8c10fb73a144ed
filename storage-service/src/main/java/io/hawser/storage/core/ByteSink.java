package io.hawser.storage.core;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes numbers (big-endian, so that they sort), texts and bytes one after the other. */
final class ByteSink {
  private static final int INITIAL = 64;

  private ByteBuffer out;

  ByteSink() {
    this(INITIAL);
  }

  /**
   * @param size how many bytes are expected
   */
  ByteSink(int size) {
    out = ByteBuffer.allocate(size);
  }

  private ByteBuffer room(int bytes) {
    if (out.remaining() < bytes) {
      int size = Math.max(2 * out.capacity(), out.position() + bytes);
      out = ByteBuffer.allocate(size).put(out.flip());
    }
    return out;
  }

  ByteSink u8(int value) {
    room(1).put((byte) value);
    return this;
  }

  ByteSink i32(int value) {
    room(Integer.BYTES).putInt(value);
    return this;
  }

  ByteSink i64(long value) {
    room(Long.BYTES).putLong(value);
    return this;
  }

  /** A text or bytes with the length before it. */
  ByteSink sized(byte[] bytes) {
    return i32(bytes.length).raw(bytes);
  }

  ByteSink sized(String text) {
    return sized(utf8(text));
  }

  /** Bytes without their length: they end what is written. */
  ByteSink raw(byte[] bytes) {
    room(bytes.length).put(bytes);
    return this;
  }

  byte[] bytes() {
    return out.position() == out.capacity()
        ? out.array()
        : Arrays.copyOf(out.array(), out.position());
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
