package io.hawser.launcher;

import io.hawser.model.NodeId;
import io.hawser.storage.Restore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Makes a node's data directory of a backup of the store, for the command line. Blocking. */
public final class StorageRestore {
  private StorageRestore() {}

  /**
   * See {@link Restore#into}.
   *
   * @return the groups
   * @throws IOException saying what is wrong
   */
  public static List<String> into(Path backup, Path dataDir, String nodeId) throws IOException {
    return Restore.into(backup, dataDir, new NodeId(nodeId));
  }
}
