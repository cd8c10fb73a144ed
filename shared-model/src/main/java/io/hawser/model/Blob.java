package io.hawser.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that never change: a stored value, or a part of a file. */
public final class Blob {
  public static final Blob EMPTY = new Blob(new byte[0]);

  private final byte[] bytes;

  private Blob(byte[] bytes) {
    this.bytes = bytes;
  }

  /** A copy of the bytes. */
  public static Blob of(byte[] bytes) {
    return bytes.length == 0 ? EMPTY : new Blob(bytes.clone());
  }

  /**
   * The bytes themselves.
   *
   * @param bytes nobody may write to them any more
   */
  public static Blob wrap(byte[] bytes) {
    return bytes.length == 0 ? EMPTY : new Blob(bytes);
  }

  public static Blob utf8(String text) {
    return wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  public int length() {
    return bytes.length;
  }

  /** A copy. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /** The bytes themselves, only to be read: for those who hand them straight on. */
  public byte[] unsafeBytes() {
    return bytes;
  }

  /** The text that the bytes are in UTF-8. */
  public String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Blob blob && Arrays.equals(bytes, blob.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return bytes.length + " bytes";
  }
}
