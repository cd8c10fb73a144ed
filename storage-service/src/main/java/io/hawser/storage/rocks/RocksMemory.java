package io.hawser.storage.rocks;

import io.hawser.storage.nativelib.RocksLibrary;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.WriteBufferManager;

/**
 * The memory that all stores of a node share: a cache of blocks, and a budget for what is not
 * flushed yet. The budget has a ledger of its own: in one with the blocks it would push them out.
 * Opened after {@link RocksLibrary#load} and before the first store, closed after the last.
 * Thread-safe.
 */
public final class RocksMemory implements AutoCloseable {
  private static final long BLOCK_BYTES = 48L << 20;
  private static final long UNFLUSHED_BYTES = 32L << 20;

  /** Few, so that each has room for more than some large blocks. */
  private static final int SHARD_BITS = 2;

  private final Cache blocks;
  private final Cache ledger;
  private final WriteBufferManager writeBuffers;

  /**
   * @throws IllegalStateException when RocksDB's library is not loaded: it would go and unpack it
   *     somewhere else
   */
  public RocksMemory() {
    if (!RocksLibrary.isLoaded()) {
      throw new IllegalStateException("RocksDB's library is not loaded: call RocksLibrary first");
    }
    blocks = new LRUCache(BLOCK_BYTES, SHARD_BITS);
    ledger = new LRUCache(2 * UNFLUSHED_BYTES, 0);
    writeBuffers = new WriteBufferManager(UNFLUSHED_BYTES, ledger, false);
  }

  Cache blocks() {
    return blocks;
  }

  WriteBufferManager writeBuffers() {
    return writeBuffers;
  }

  @Override
  public void close() {
    writeBuffers.close();
    ledger.close();
    blocks.close();
  }
}
