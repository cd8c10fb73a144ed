package io.hawser.storage.rocks;

import io.hawser.model.StorageOp.Result;
import io.hawser.storage.log.Committed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A process that applies the entries of a seed to a store, takes snapshots and loads them, until it
 * is killed. A line on its output says that it has begun.
 */
final class Victim {
  static final long SEED = 11;
  static final int ENTRIES = 20_000;
  private static final int BATCH = 7;
  private static final int SAVE_EVERY = 10;
  private static final int LOAD_EVERY = 25;

  private Victim() {}

  @SuppressWarnings("SystemOut")
  public static void main(String[] args) throws IOException {
    Path directory = Path.of(args[0]);
    List<Committed> log = Logs.seeded(SEED, ENTRIES);
    GroupStore store =
        GroupStore.open(
            new StoreConfig(directory.resolve("store"), "a", "meta"), TestMemory.open());
    System.out.println("begun at " + store.appliedIndex());
    Path snapshot = directory.resolve("snapshot");
    int batches = 0;
    for (int at = (int) store.appliedIndex(); at < ENTRIES; at += BATCH) {
      List<List<Result>> results = store.apply(log.subList(at, Math.min(at + BATCH, ENTRIES)));
      batches += results.isEmpty() ? 0 : 1;
      if (batches % SAVE_EVERY == 0) {
        Disk.deleteAll(snapshot);
        store.save(Files.createDirectory(snapshot));
      }
      if (batches % LOAD_EVERY == 0 && Files.exists(snapshot)) {
        store.load(snapshot);
        at = (int) store.appliedIndex() - BATCH;
      }
    }
    System.out.println("done");
  }
}
