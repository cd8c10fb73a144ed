package io.hawser.storage.rocks;

import io.hawser.storage.core.Layout;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

/**
 * Says whose a directory is, in which format, and which of the databases in it counts. Replaced as
 * one, so that it is always the old one or the new one.
 *
 * @param current the name of the database's directory
 */
record Marker(int format, String cluster, String group, String current) {
  static final String FILE = "store.properties";

  static Marker of(StoreConfig config, String current) {
    return new Marker(Layout.FORMAT, config.cluster(), config.group(), current);
  }

  static Optional<Marker> read(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    try {
      return Optional.of(
          new Marker(
              Integer.parseInt(get(properties, "format")),
              get(properties, "cluster"),
              get(properties, "group"),
              get(properties, "current")));
    } catch (IllegalArgumentException e) {
      throw new StoreException(
          file
              + " is damaged. What it belongs to cannot be told: move the directory away and let"
              + " the node be filled again by its group",
          e);
    }
  }

  private static String get(Properties properties, String name) {
    String value = properties.getProperty(name, "");
    if (value.isEmpty()) {
      throw new IllegalArgumentException("it has no " + name);
    }
    return value;
  }

  void write(Path directory) throws IOException {
    String text =
        "format=%d\ncluster=%s\ngroup=%s\ncurrent=%s\n".formatted(format, cluster, group, current);
    Disk.replace(directory.resolve(FILE), text);
  }

  /**
   * @throws StoreException when the directory is of another cluster or group, or of a later version
   */
  void check(StoreConfig config, Path directory) {
    if (format > Layout.FORMAT) {
      throw new StoreException(
          "%s is in format %d, this version of Hawser reads up to %d: it was written by a later one."
                  .formatted(directory, format, Layout.FORMAT)
              + " Start that version again, or move the directory away and let the node be filled"
              + " by its group");
    }
    if (!cluster.equals(config.cluster())) {
      throw new StoreException(
          "%s belongs to the cluster %s, this node to %s: what two clusters agreed on does not mix."
                  .formatted(directory, cluster, config.cluster())
              + " Name another data directory, or move this one away if it is of no more use");
    }
    if (!group.equals(config.group())) {
      throw new StoreException(
          "%s holds the group %s, not %s. Put the directories back to where they were"
              .formatted(directory, group, config.group()));
    }
  }
}
