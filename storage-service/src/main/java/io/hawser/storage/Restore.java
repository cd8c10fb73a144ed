package io.hawser.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hawser.model.NodeId;
import io.hawser.node.Time;
import io.hawser.storage.nativelib.RocksLibrary;
import io.hawser.storage.node.Identity;
import io.hawser.storage.node.Replicas;
import io.hawser.storage.node.SafeFile;
import io.hawser.storage.rocks.BackupManifest;
import io.hawser.storage.rocks.GroupBackup;
import io.hawser.storage.rocks.RocksMemory;
import io.hawser.storage.rocks.StoreConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;
import java.util.UUID;

/**
 * Makes a node's data directory of a backup: the founder of a new cluster, which others join when
 * it runs. What the backup was taken of is another cluster: the two never mix. Blocking, for a
 * command.
 */
public final class Restore {
  private Restore() {}

  /**
   * Restores a backup.
   *
   * @param backup the directory with all groups of it
   * @param dataDir the node's; nothing of storage may be in it
   * @return the groups
   * @throws IOException saying what is wrong with the backup or the directory
   */
  public static List<String> into(Path backup, Path dataDir, NodeId node) throws IOException {
    NavigableMap<String, BackupManifest> groups = WholeBackup.in(backup);
    Path storage = dataDir.resolve(StorageNodeParts.DIRECTORY);
    if (!SafeFile.list(storage).isEmpty()) {
      throw new IOException(
          storage + " is not empty: name another directory, or move this one away");
    }
    Path fresh = dataDir.resolve(StorageNodeParts.DIRECTORY + ".restoring");
    SafeFile.removeTree(fresh);
    Path directory = Files.createDirectories(fresh.resolve(Replicas.DIRECTORY));
    RocksLibrary.load(fresh.resolve(JRaftMaker.LIBRARY));
    Identity identity = Identity.of(fresh, node, true).in(UUID.randomUUID().toString(), true);
    try (RocksMemory memory = new RocksMemory()) {
      long wallMs = Time.SYSTEM.wallMs();
      long floor = groups.values().stream().mapToLong(g -> g.floor(wallMs)).max().orElseThrow();
      for (String group : groups.keySet()) {
        Path replica = Files.createDirectories(directory.resolve(group));
        StoreConfig config = new StoreConfig(replica.resolve("state"), identity.cluster(), group);
        BackupManifest unused = GroupBackup.restore(backup, config, floor, memory);
        SafeFile.write(replica.resolve(Replicas.FILE), "{\"epoch\":1}".getBytes(UTF_8));
      }
    }
    identity.write(fresh);
    boolean unused = Files.deleteIfExists(storage);
    Path moved = Files.move(fresh, storage);
    SafeFile.sync(moved.toAbsolutePath());
    return List.copyOf(groups.keySet());
  }
}
