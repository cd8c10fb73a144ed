package io.hawser.storage.core;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads what {@link ByteSink} wrote. Bytes that end early are a damaged store. */
final class ByteSource {
  private final ByteBuffer in;

  ByteSource(byte[] bytes) {
    in = ByteBuffer.wrap(bytes);
  }

  int u8() {
    return check(1).get() & 0xff;
  }

  int i32() {
    return check(Integer.BYTES).getInt();
  }

  long i64() {
    return check(Long.BYTES).getLong();
  }

  byte[] sized() {
    return take(i32());
  }

  String text() {
    return new String(sized(), StandardCharsets.UTF_8);
  }

  byte[] rest() {
    return take(in.remaining());
  }

  int remaining() {
    return in.remaining();
  }

  ByteSource skip(int bytes) {
    ByteBuffer unused = check(bytes).position(in.position() + bytes);
    return this;
  }

  /** Reads the version byte that every value begins with. */
  ByteSource version(int known) {
    int version = u8();
    if (version != known) {
      throw new IllegalStateException(
          "a stored record has version " + version + ", this node knows " + known);
    }
    return this;
  }

  private byte[] take(int length) {
    byte[] bytes = new byte[checked(length)];
    ByteBuffer unused = in.get(bytes);
    return bytes;
  }

  private ByteBuffer check(int bytes) {
    int unused = checked(bytes);
    return in;
  }

  private int checked(int bytes) {
    if (bytes < 0 || bytes > in.remaining()) {
      throw new IllegalStateException(
          "a stored record is damaged: it ends within a field", new BufferUnderflowException());
    }
    return bytes;
  }
}
