package io.hawser.storage.core;

/**
 * A client's session: {@code heard ms, lowest, highest} (i64).
 *
 * @param heardMs when it was heard of, to the minute
 * @param lowest results below this sequence are forgotten
 * @param highest the highest sequence that came
 */
record ClientRecord(long heardMs, long lowest, long highest) {
  byte[] bytes() {
    return new ByteSink(1 + 3 * Long.BYTES)
        .u8(Layout.VERSION)
        .i64(heardMs)
        .i64(lowest)
        .i64(highest)
        .bytes();
  }

  static ClientRecord parse(byte[] bytes) {
    ByteSource in = new ByteSource(bytes).version(Layout.VERSION);
    return new ClientRecord(in.i64(), in.i64(), in.i64());
  }
}
