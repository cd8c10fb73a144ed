package io.hawser.storage.core;

/** The last entry of the log that is in the store. Index 0 is before the first. */
public record Applied(long index, long term) {
  byte[] bytes() {
    return new ByteSink().u8(Layout.VERSION).i64(index).i64(term).bytes();
  }

  public static Applied read(SortedView view) {
    byte[] bytes = view.get(Space.SYSTEM, Layout.applied());
    if (bytes == null) {
      return new Applied(0, 0);
    }
    ByteSource in = new ByteSource(bytes).version(Layout.VERSION);
    return new Applied(in.i64(), in.i64());
  }
}
