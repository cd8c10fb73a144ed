package io.hawser.storage.core;

import io.hawser.model.StorageOp.LeaseState;

/**
 * A lease as it is stored: {@code epoch, ttl ms, granted} (i64), {@code holder} sized.
 *
 * @param granted how often it was taken under its epoch: 1, and one more each time that its holder
 *     takes it again
 */
record LeaseRecord(LeaseState state, long granted) {
  byte[] bytes() {
    return new ByteSink()
        .u8(Layout.VERSION)
        .i64(state.epoch())
        .i64(state.ttlMs())
        .i64(granted)
        .sized(state.holder())
        .bytes();
  }

  static LeaseRecord parse(String name, byte[] bytes) {
    ByteSource in = new ByteSource(bytes).version(Layout.VERSION);
    long epoch = in.i64();
    long ttlMs = in.i64();
    long granted = in.i64();
    return new LeaseRecord(new LeaseState(name, in.text(), epoch, ttlMs), granted);
  }
}
