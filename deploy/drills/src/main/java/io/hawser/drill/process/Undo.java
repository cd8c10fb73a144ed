package io.hawser.drill.process;

import io.hawser.cli.cluster.Ending;
import io.hawser.cli.cluster.NodeFiles;
import io.hawser.node.ProcessIdentity;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What takes back one thing that a drill did to the machine. Doing it twice does no harm, and so
 * does doing it when somebody else has done it already.
 */
public sealed interface Undo {
  /** How long a process has to end by itself before it is killed. */
  Duration GRACE = Duration.ofSeconds(1);

  /** Carries it out. */
  void run();

  /** As it stands in a ledger. */
  JsonObject json();

  /** Reads what {@link #json} wrote. */
  static Undo of(JsonObject json) {
    return switch (json.getString("kind", "")) {
      case "end" -> new End(identity(json), json.getString("nodeDir", ""));
      case "resume" -> new Resume(identity(json));
      case "unblock" -> new Unblock(json.getString("namespace", ""), json.getString("address", ""));
      case "unmount" -> new Unmount(json.getString("path", ""));
      case "namespace" -> new DropNamespace(json.getString("namespace", ""));
      default -> throw new IllegalArgumentException("unknown in a ledger: " + json);
    };
  }

  private static ProcessIdentity identity(JsonObject json) {
    return new ProcessIdentity(json.getLong("pid", 0L), json.getString("start", ""));
  }

  private static JsonObject json(String kind, ProcessIdentity who) {
    return new JsonObject().put("kind", kind).put("pid", who.pid()).put("start", who.start());
  }

  /**
   * Ends a process, and what a node has started.
   *
   * @param nodeDir the node's directory; empty for a process that is no node
   */
  record End(ProcessIdentity who, String nodeDir) implements Undo {
    @Override
    public void run() {
      // A stopped process does not hear that it is to end.
      new Resume(who).run();
      var unused = Ending.end(who, GRACE);
      if (!nodeDir.isEmpty()) {
        var unusedToo = Ending.sweep(new NodeFiles(Path.of(nodeDir)));
      }
    }

    @Override
    public JsonObject json() {
      return Undo.json("end", who).put("nodeDir", nodeDir);
    }
  }

  /** Lets a stopped process go on. */
  record Resume(ProcessIdentity who) implements Undo {
    @Override
    public void run() {
      if (who.alive()) {
        var unused = Shell.run("kill", "-CONT", Long.toString(who.pid()));
      }
    }

    @Override
    public JsonObject json() {
      return Undo.json("resume", who);
    }
  }

  /** Takes a black hole out of a namespace's routes. */
  record Unblock(String namespace, String address) implements Undo {
    @Override
    public void run() {
      var unused = Shell.run("ip", "-n", namespace, "route", "del", "blackhole", address);
    }

    @Override
    public JsonObject json() {
      return new JsonObject()
          .put("kind", "unblock")
          .put("namespace", namespace)
          .put("address", address);
    }
  }

  /** Deletes a network namespace, and with it its interfaces and routes. */
  record DropNamespace(String namespace) implements Undo {
    @Override
    public void run() {
      var unused = Shell.run("ip", "netns", "delete", namespace);
    }

    @Override
    public JsonObject json() {
      return new JsonObject().put("kind", "namespace").put("namespace", namespace);
    }
  }

  /** Takes a file system away that was mounted, and with it what is in it. */
  record Unmount(String path) implements Undo {
    @Override
    public void run() {
      if (!Shell.run("umount", path).ok()) {
        // Somebody has a file open in it: it goes when that is closed.
        var unused = Shell.run("umount", "-l", path);
      }
    }

    @Override
    public JsonObject json() {
      return new JsonObject().put("kind", "unmount").put("path", path);
    }
  }
}
