package io.hawser.storage.rocks;

import io.hawser.storage.core.Space;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.IndexType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.RocksDB;

/**
 * How RocksDB is set up: one column family for each {@link Space}, flushed together or not at all,
 * since there is no log of RocksDB's own that could bring them together after a crash. Small, as a
 * node has several groups: indexes and filters are in the shared cache, in pieces, as whole ones
 * push one another out of a small cache. It does not flush when it is closed: {@link Database} says
 * when. Owned by the {@link Database} that is opened with it, which closes it; read by RocksDB's
 * own threads.
 */
final class RocksConfig implements AutoCloseable {
  private static final long MEMTABLE_BYTES = 8L << 20;
  private static final int MEMTABLES = 3;
  private static final int BLOOM_BITS = 10;
  private static final int OPEN_FILES = 256;
  private static final long OWN_LOG_BYTES = 1L << 20;
  private static final long SYNC_BYTES = 1L << 20;
  private static final int FORMAT_VERSION = 5;

  private final BloomFilter bloom = new BloomFilter(BLOOM_BITS);
  private final ColumnFamilyOptions family;
  private final DBOptions options;

  RocksConfig(RocksMemory memory) {
    family =
        new ColumnFamilyOptions()
            .setWriteBufferSize(MEMTABLE_BYTES)
            .setMaxWriteBufferNumber(MEMTABLES)
            .setCompressionType(CompressionType.LZ4_COMPRESSION)
            .setLevelCompactionDynamicLevelBytes(true)
            .setTableFormatConfig(
                new BlockBasedTableConfig()
                    .setBlockCache(memory.blocks())
                    .setCacheIndexAndFilterBlocks(true)
                    .setPinL0FilterAndIndexBlocksInCache(true)
                    .setIndexType(IndexType.kTwoLevelIndexSearch)
                    .setPartitionFilters(true)
                    .setPinTopLevelIndexAndFilter(true)
                    .setFilterPolicy(bloom)
                    .setFormatVersion(FORMAT_VERSION));
    options =
        new DBOptions()
            .setCreateIfMissing(true)
            .setCreateMissingColumnFamilies(true)
            .setAtomicFlush(true)
            .setAvoidFlushDuringShutdown(true)
            .setParanoidChecks(true)
            .setAllowConcurrentMemtableWrite(false) // there is one writer, and it costs
            .setWriteBufferManager(memory.writeBuffers())
            .setMaxOpenFiles(OPEN_FILES)
            .setMaxBackgroundJobs(2)
            .setBytesPerSync(SYNC_BYTES)
            .setStatsDumpPeriodSec(0)
            .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
            .setMaxLogFileSize(OWN_LOG_BYTES)
            .setKeepLogFileNum(2);
  }

  DBOptions options() {
    return options;
  }

  /** One for each space, in the order of the spaces. */
  List<ColumnFamilyDescriptor> families() {
    List<ColumnFamilyDescriptor> families = new ArrayList<>();
    for (Space space : Space.values()) {
      families.add(new ColumnFamilyDescriptor(name(space), family));
    }
    return families;
  }

  private static byte[] name(Space space) {
    return switch (space) {
      case SYSTEM -> RocksDB.DEFAULT_COLUMN_FAMILY;
      case DATA -> "data".getBytes(StandardCharsets.US_ASCII);
      case HISTORY -> "history".getBytes(StandardCharsets.US_ASCII);
      case SESSIONS -> "sessions".getBytes(StandardCharsets.US_ASCII);
    };
  }

  @Override
  public void close() {
    options.close();
    family.close();
    bloom.close();
  }
}
