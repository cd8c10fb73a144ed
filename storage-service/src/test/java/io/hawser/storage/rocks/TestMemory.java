package io.hawser.storage.rocks;

import io.hawser.storage.nativelib.RocksLibrary;
import java.nio.file.Path;

/** Memory for stores, with the library that all tests share. */
final class TestMemory {
  private TestMemory() {}

  static RocksMemory open() {
    RocksLibrary.load(Path.of(System.getProperty("java.io.tmpdir"), "hawser-test-rocksdb"));
    return new RocksMemory();
  }
}
