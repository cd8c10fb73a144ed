package io.hawser.storage.core;

import io.hawser.model.Blob;
import io.hawser.model.StorageOp.KeyMeta;
import io.hawser.model.StorageOp.Life;

/**
 * A key as it is stored: {@code create revision, mod revision, version, ttl ms, lease epoch} (i64),
 * {@code lease} sized, {@code value} raw.
 */
final class KeyRecord {
  private static final int FIXED = 1 + 5 * Long.BYTES + Integer.BYTES;

  private final byte[] bytes;
  private final KeyMeta meta;
  private final int valueAt;

  private KeyRecord(byte[] bytes, KeyMeta meta, int valueAt) {
    this.bytes = bytes;
    this.meta = meta;
    this.valueAt = valueAt;
  }

  static KeyRecord parse(byte[] bytes) {
    ByteSource in = new ByteSource(bytes).version(Layout.VERSION);
    long create = in.i64();
    long mod = in.i64();
    long version = in.i64();
    long ttlMs = in.i64();
    long epoch = in.i64();
    String lease = in.text();
    Life life =
        ttlMs == 0 && epoch == 0 && lease.isEmpty() ? Life.FOREVER : new Life(ttlMs, lease, epoch);
    return new KeyRecord(
        bytes,
        new KeyMeta(create, mod, version, in.remaining(), life),
        bytes.length - in.remaining());
  }

  static KeyRecord of(long create, long mod, long version, Life life, Blob value) {
    byte[] lease = ByteSink.utf8(life.lease());
    ByteSink out =
        new ByteSink(FIXED + lease.length + value.length())
            .u8(Layout.VERSION)
            .i64(create)
            .i64(mod)
            .i64(version)
            .i64(life.ttlMs())
            .i64(life.leaseEpoch())
            .sized(lease)
            .raw(value.unsafeBytes());
    KeyMeta meta = new KeyMeta(create, mod, version, value.length(), life);
    return new KeyRecord(out.bytes(), meta, FIXED + lease.length);
  }

  byte[] bytes() {
    return bytes;
  }

  KeyMeta meta() {
    return meta;
  }

  Blob value() {
    byte[] value = new byte[bytes.length - valueAt];
    System.arraycopy(bytes, valueAt, value, 0, value.length);
    return Blob.wrap(value);
  }
}
