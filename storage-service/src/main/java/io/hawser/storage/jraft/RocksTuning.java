package io.hawser.storage.jraft;

import com.alipay.sofa.jraft.storage.impl.RocksDBLogStorage;
import com.alipay.sofa.jraft.util.StorageOptionsFactory;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.LRUCache;
import org.rocksdb.WALRecoveryMode;

/**
 * The options of the RocksDB that holds a group's log: small, since a node has several and a log is
 * written once and hardly read. JRaft keeps them for the whole process.
 */
final class RocksTuning {
  private static final long MIB = 1024 * 1024;

  private RocksTuning() {}

  /** Registers the options, once; the library must be loaded. Thread-safe. */
  static void register() {
    Registered.once();
  }

  /** Its initializer runs once in a process. */
  private static final class Registered {
    static {
      StorageOptionsFactory.registerRocksDBOptions(RocksDBLogStorage.class, database());
      StorageOptionsFactory.registerRocksDBColumnFamilyOptions(RocksDBLogStorage.class, family());
      StorageOptionsFactory.registerRocksDBTableFormatConfig(RocksDBLogStorage.class, table());
    }

    static void once() {}

    /**
     * The recovery mode matters: the default one ends the log quietly at the first broken record,
     * and forgets what was acknowledged after it. This one forgives only a torn end, which nobody
     * was told of.
     */
    private static DBOptions database() {
      return StorageOptionsFactory.getDefaultRocksDBOptions()
          .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords)
          .setMaxTotalWalSize(32 * MIB)
          .setAllowConcurrentMemtableWrite(false) // there is one writer, and it costs
          .setKeepLogFileNum(2)
          .setMaxOpenFiles(64);
    }

    private static ColumnFamilyOptions family() {
      return StorageOptionsFactory.getDefaultRocksDBColumnFamilyOptions()
          .setWriteBufferSize(4 * MIB)
          .setMaxWriteBufferNumber(2)
          .setMaxBytesForLevelBase(64 * MIB)
          .setTargetFileSizeBase(16 * MIB);
    }

    private static BlockBasedTableConfig table() {
      return StorageOptionsFactory.getDefaultRocksDBTableConfig()
          .setBlockCache(new LRUCache(4 * MIB));
    }
  }
}
