package io.hawser.launcher;

import io.hawser.launcher.config.StartFailure;
import io.hawser.node.NodeInfo;
import io.hawser.node.ProcessIdentity;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A node's files in its data directory: {@code lock} is held while it runs, so that no two nodes
 * share the directory; {@code pid} holds its pid; {@code node.json} tells whose pid that is and
 * where the node answers.
 */
final class NodeFiles implements AutoCloseable {
  private final Path dir;
  private final FileChannel lockFile;

  private NodeFiles(Path dir, FileChannel lockFile) {
    this.dir = dir;
    this.lockFile = lockFile;
  }

  /** Makes the directory if need be, and takes it. */
  static NodeFiles take(Path dir) {
    try {
      Path made = Files.createDirectories(dir);
      FileChannel channel =
          FileChannel.open(
              made.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!locked(channel)) {
        channel.close();
        throw new StartFailure(
            StartFailure.DATA_DIR,
            "The data directory " + dir + " is in use by another node",
            holder(dir),
            "stop that one, or choose another directory with data.dir (--dir)");
      }
      return new NodeFiles(made, channel);
    } catch (IOException e) {
      throw new StartFailure(
          StartFailure.DATA_DIR,
          "The data directory " + dir + " cannot be used",
          e.toString(),
          "choose one that this user can write with data.dir (--dir), or make it writable",
          e);
    }
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      // Held as long as the channel is open.
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private static String holder(Path dir) {
    try {
      return "pid " + Files.readString(dir.resolve("pid")).strip() + " holds its lock";
    } catch (IOException e) {
      return "another process holds its lock";
    }
  }

  Path dir() {
    return dir;
  }

  void write(NodeInfo self, String trafficUrl) {
    long pid = ProcessHandle.current().pid();
    JsonObject node =
        new JsonObject()
            .put("id", self.id().value())
            .put("pid", pid)
            .put("start", ProcessIdentity.of(pid).map(ProcessIdentity::start).orElse(""))
            .put("api", self.apiUrl())
            .put("traffic", trafficUrl)
            .put("version", self.version());
    replace("node.json", node.encodePrettily() + "\n");
    replace("pid", pid + "\n");
  }

  private void replace(String name, String text) {
    try {
      Path temporary = dir.resolve(name + ".new");
      Files.writeString(temporary, text);
      Path unused = Files.move(temporary, dir.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + dir.resolve(name), e);
    }
  }

  /** Gives the directory back. The pid goes, what was stored stays. */
  @Override
  public void close() {
    try {
      boolean unused = Files.deleteIfExists(dir.resolve("pid"));
      lockFile.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot leave " + dir, e);
    }
  }
}
