package io.hawser.cli.cluster;

import io.hawser.cli.base.Fields;
import io.hawser.node.ProcessIdentity;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What lies in the directory of a node that was started on this machine. */
public record NodeFiles(Path dir) {
  /** The most that is read of a file that names a process, in bytes. */
  private static final long MAX_FILE = 64 * 1024;

  /** The most that is read from the end of a log, in bytes. */
  private static final int TAIL = 16 * 1024;

  /** A process that a node started for an instance. */
  public record Child(String instance, ProcessIdentity identity, Path file) {}

  /** The directories {@code node-<k>} in this one, by k. */
  public static List<NodeFiles> under(Path dir) {
    List<NodeFiles> found = new ArrayList<>();
    if (Files.isDirectory(dir)) {
      try (DirectoryStream<Path> nodes = Files.newDirectoryStream(dir, "node-*")) {
        nodes.forEach(path -> found.add(new NodeFiles(path)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    found.sort(
        Comparator.comparingInt((NodeFiles f) -> f.id().length()).thenComparing(NodeFiles::id));
    return found;
  }

  public String id() {
    return dir.getFileName().toString();
  }

  public Path config() {
    return dir.resolve("hawser.yaml");
  }

  public Path log() {
    return dir.resolve("hawser.log");
  }

  /** Written by the node once it runs. */
  public Path nodeJson() {
    return dir.resolve("node.json");
  }

  /** Written by the node: its pid alone. */
  public Path pid() {
    return dir.resolve("pid");
  }

  /** Written by the command that starts the node, before the node can write anything. */
  public Path launched() {
    return dir.resolve("launched.json");
  }

  /** The node's process, when it lives. */
  public Optional<ProcessIdentity> live() {
    return Stream.of(nodeJson(), launched())
        .flatMap(file -> read(file).stream())
        .flatMap(json -> identity(json).stream())
        .filter(ProcessIdentity::alive)
        .findFirst();
  }

  /** The processes that the node started and that live. */
  public List<Child> liveChildren() {
    List<Child> children = new ArrayList<>();
    Path processes = dir.resolve("processes");
    if (Files.isDirectory(processes)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(processes, "*.json")) {
        for (Path file : files) {
          read(file)
              .flatMap(NodeFiles::identity)
              .filter(ProcessIdentity::alive)
              .ifPresent(who -> children.add(new Child(instanceOf(file), who, file)));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return children;
  }

  private static String instanceOf(Path file) {
    return file.getFileName().toString().replace(".json", "").replace('~', '/');
  }

  /** Takes away what names a node that has ended. */
  public void forget() throws IOException {
    for (Path file : List.of(nodeJson(), pid(), launched())) {
      Files.deleteIfExists(file);
    }
  }

  /**
   * Notes the process that was just started, so that it is found again whatever happens to the one
   * that started it.
   */
  public void noteLaunched(ProcessIdentity who) throws IOException {
    JsonObject json = new JsonObject().put("pid", who.pid()).put("start", who.start());
    Files.writeString(launched(), json.encode() + "\n");
  }

  /** The last lines of the log; empty when there is none. */
  public String logTail(int lines) {
    try (RandomAccessFile file = new RandomAccessFile(log().toFile(), "r")) {
      byte[] end = new byte[(int) Math.min(TAIL, file.length())];
      file.seek(file.length() - end.length);
      file.readFully(end);
      List<String> all = new String(end, StandardCharsets.UTF_8).lines().toList();
      return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
    } catch (IOException e) {
      return "";
    }
  }

  private static Optional<ProcessIdentity> identity(JsonObject json) {
    long pid = Fields.number(json, 0, "pid");
    String start = Fields.text(json, "start");
    return pid > 0 && !start.isEmpty()
        ? Optional.of(new ProcessIdentity(pid, start))
        : Optional.empty();
  }

  private static Optional<JsonObject> read(Path file) {
    try {
      return Files.size(file) <= MAX_FILE
              && Fields.parse(Files.readString(file)) instanceof JsonObject json
          ? Optional.of(json)
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
