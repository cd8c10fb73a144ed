package io.hawser.storage.rocks;

import java.nio.file.Path;

/**
 * A replica's store.
 *
 * @param directory where it is; nothing else is there
 * @param cluster the id of the cluster that it belongs to
 * @param group {@code meta} or {@code data-<n>}
 */
public record StoreConfig(Path directory, String cluster, String group) {
  public StoreConfig {
    if (!cluster.matches("\\S+") || !group.matches("\\S+")) {
      throw new IllegalArgumentException("a store has a cluster and a group, without blanks");
    }
  }
}
