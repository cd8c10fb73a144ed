package io.hawser.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What Linux shows of processes in files, proc(5). That a process is not there and that it cannot
 * be looked at (as when this one may open no more files) are two answers; {@link ProcessHandle} has
 * one for both. Blocks; thread-safe.
 */
final class ProcFiles {
  private static final int STATE = 0;
  private static final int PARENT = 1;
  private static final int START = 19;

  /** Of ended processes that nobody has asked for their exit code, and of those about to go. */
  private static final String ENDED = "ZXx";

  private final Path root;
  private volatile String boot = "";

  /**
   * @param root {@code /proc}
   */
  ProcFiles(Path root) {
    this.root = root;
  }

  /** Whether this machine has them at all. Opens no file. */
  boolean there() {
    return Files.exists(bootId());
  }

  /** Random, and new with each boot: pids and ticks begin anew then. */
  private Path bootId() {
    return root.resolve("sys/kernel/random/boot_id");
  }

  /** Names the start of a process; empty when there is none with this pid that runs. */
  Optional<String> start(long pid) throws IOException {
    Optional<List<String>> stat = stat(pid);
    if (stat.isEmpty() || ENDED.contains(stat.get().get(STATE))) {
      return Optional.empty();
    }
    if (boot.isEmpty()) {
      boot = Files.readString(bootId()).strip();
    }
    return Optional.of("boot:" + boot + ":ticks:" + stat.get().get(START));
  }

  /** The processes that were started with this entry in their environment, parents only. */
  List<Long> startedWith(String entry) throws IOException {
    List<Long> found = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(root, "[0-9]*")) {
      for (Path process : processes) {
        if (("\0" + environment(process)).contains("\0" + entry + "\0")) {
          found.add(Long.valueOf(String.valueOf(process.getFileName())));
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    List<Long> parents = new ArrayList<>();
    for (long pid : found) {
      Optional<List<String>> stat = stat(pid);
      if (stat.isPresent() && !found.contains(Long.valueOf(stat.get().get(PARENT)))) {
        parents.add(pid);
      }
    }
    return parents;
  }

  /**
   * Empty also when there is none that could be looked at, as of another user's process or of the
   * kernel's own: then its other files can be read, and this one still cannot.
   */
  private static String environment(Path process) throws IOException {
    Path file = process.resolve("environ");
    try {
      return read(file).orElse("");
    } catch (IOException e) {
      if (read(process.resolve("stat")).isEmpty()) {
        return "";
      }
    }
    try {
      return read(file).orElse("");
    } catch (IOException e) {
      return "";
    }
  }

  /** The fields from the state on; the second one is the command in brackets, whatever it is. */
  private Optional<List<String>> stat(long pid) throws IOException {
    Optional<String> line = read(root.resolve(Long.toString(pid)).resolve("stat"));
    if (line.isEmpty()) {
      return Optional.empty();
    }
    List<String> fields =
        List.of(line.get().substring(line.get().lastIndexOf(')') + 1).strip().split(" ", -1));
    if (fields.size() <= START) {
      throw new IOException("no stat of a process: " + line.get());
    }
    return Optional.of(fields);
  }

  /** What ends while it is read cannot be read, and is gone when it is looked at again. */
  private static Optional<String> read(Path file) throws IOException {
    try {
      return Optional.of(Files.readString(file, StandardCharsets.ISO_8859_1));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      return Files.exists(file)
          ? Optional.of(Files.readString(file, StandardCharsets.ISO_8859_1))
          : Optional.empty();
    }
  }
}
