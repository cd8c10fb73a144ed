package io.hawser.storage.core;

import io.hawser.model.StorageOp.LeaseState;

/** A lease as it is stored. */
final class LeaseRecord {
  private LeaseRecord() {}

  static byte[] bytes(LeaseState lease) {
    return new ByteSink()
        .u8(Layout.VERSION)
        .i64(lease.epoch())
        .i64(lease.ttlMs())
        .sized(lease.holder())
        .bytes();
  }

  static LeaseState parse(String name, byte[] bytes) {
    ByteSource in = new ByteSource(bytes).version(Layout.VERSION);
    long epoch = in.i64();
    long ttlMs = in.i64();
    return new LeaseState(name, in.text(), epoch, ttlMs);
  }
}
