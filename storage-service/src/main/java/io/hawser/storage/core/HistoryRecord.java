package io.hawser.storage.core;

import io.hawser.model.StorageMessage.Change;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A change of a key: {@code stamp ms} i64, {@code key} sized, and the {@link KeyRecord} that it
 * became, raw, or nothing when it was deleted.
 */
final class HistoryRecord {
  private static final int FIXED = 1 + Long.BYTES + Integer.BYTES;

  private HistoryRecord() {}

  static byte[] bytes(long stampMs, byte[] key, @Nullable KeyRecord became) {
    byte[] record = became == null ? new byte[0] : became.bytes();
    return new ByteSink(FIXED + key.length + record.length)
        .u8(Layout.VERSION)
        .i64(stampMs)
        .sized(key)
        .raw(record)
        .bytes();
  }

  static long stampMs(byte[] bytes) {
    return new ByteSource(bytes).version(Layout.VERSION).i64();
  }

  static boolean isOf(byte[] bytes, byte[] prefix) {
    int length = new ByteSource(bytes).skip(1 + Long.BYTES).i32();
    return length >= prefix.length
        && Arrays.equals(bytes, FIXED, FIXED + prefix.length, prefix, 0, prefix.length);
  }

  static Change change(long revision, byte[] bytes) {
    ByteSource in = new ByteSource(bytes).version(Layout.VERSION).skip(Long.BYTES);
    String key = in.text();
    if (in.remaining() == 0) {
      return new Change(revision, key, Optional.empty(), Optional.empty());
    }
    KeyRecord record = KeyRecord.parse(in.rest());
    return new Change(revision, key, Optional.of(record.meta()), Optional.of(record.value()));
  }
}
