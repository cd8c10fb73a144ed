package io.hawser.storage.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hawser.model.NodeId;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Who a data directory is, in its {@code node.json}: written when it is made, and once more when it
 * becomes a part of a cluster. A directory that was wiped is another one under the same node id.
 *
 * @param cluster empty as long as it belongs to none
 * @param disk the identity of what is stored here
 * @param founding whether it founds the cluster, and has not seen the founding committed
 */
public record Identity(int format, NodeId node, String disk, String cluster, boolean founding) {
  private static final int FORMAT = 1;
  private static final String FILE = "node.json";

  /** What the directory says, or what it says from now on. Blocking. */
  public static Identity of(Path directory, NodeId node) throws IOException {
    return of(directory, node, false);
  }

  /**
   * @param restoring whether replicas may be there already
   */
  public static Identity of(Path directory, NodeId node, boolean restoring) throws IOException {
    Files.createDirectories(directory);
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      if (!restoring && !SafeFile.list(directory.resolve(Replicas.DIRECTORY)).isEmpty()) {
        throw new IOException(
            directory
                + " holds replicas, but no "
                + FILE
                + " that says whose: move it away, and the node joins anew");
      }
      Identity made = new Identity(FORMAT, node, UUID.randomUUID().toString(), "", false);
      made.write(directory);
      return made;
    }
    return read(file, node);
  }

  private static Identity read(Path file, NodeId node) throws IOException {
    Identity read;
    try {
      JsonObject json = new JsonObject(Files.readString(file));
      read =
          new Identity(
              json.getInteger("format"),
              new NodeId(json.getString("node")),
              json.getString("disk"),
              json.getString("cluster"),
              json.getBoolean("founding", false));
    } catch (DecodeException | IllegalArgumentException | NullPointerException e) {
      throw new IOException(
          file + " is damaged: move its directory away, and the node joins anew", e);
    }
    if (read.format() > FORMAT) {
      throw new IOException(
          "%s is in format %d, this version reads up to %d: start the later version again"
              .formatted(file, read.format(), FORMAT));
    }
    if (!read.node().equals(node)) {
      throw new IOException(
          "%s belongs to the node %s, and this one is %s: give each node a directory of its own"
              .formatted(file, read.node(), node));
    }
    return read;
  }

  public boolean member() {
    return !cluster.isEmpty();
  }

  public Identity in(String newCluster, boolean nowFounding) {
    return new Identity(format, node, disk, newCluster, nowFounding);
  }

  /** Blocking, and on disk when it returns. */
  public void write(Path directory) throws IOException {
    JsonObject json =
        new JsonObject()
            .put("format", format)
            .put("node", node.value())
            .put("disk", disk)
            .put("cluster", cluster)
            .put("founding", founding);
    SafeFile.write(directory.resolve(FILE), (json.encodePrettily() + "\n").getBytes(UTF_8));
  }
}
