package io.hawser.launcher.machine;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who listens on a port of this machine, as far as that can be seen: on Linux, and only processes
 * of the same user unless one is root.
 */
public final class PortHolder {
  /** The state of a listening socket in {@code /proc/net/tcp}. */
  private static final String LISTEN = "0A";

  private static final int LOCAL_ADDRESS = 1;
  private static final int STATE = 3;
  private static final int INODE = 9;

  private final Path proc;

  private PortHolder(Path proc) {
    this.proc = proc;
  }

  /** The holder of a TCP port; empty when it cannot be seen. */
  public static Optional<ProcessHandle> of(int port) {
    PortHolder holder = new PortHolder(Path.of("/proc"));
    Set<String> sockets = holder.listening(port);
    return sockets.isEmpty() ? Optional.empty() : holder.owner(sockets);
  }

  /** The holder for a message: {@code pid 4121 (java)}; empty when it cannot be seen. */
  public static String describe(int port) {
    return of(port).map(PortHolder::describe).orElse("");
  }

  private static String describe(ProcessHandle process) {
    String command = process.info().command().orElse("");
    return "pid "
        + process.pid()
        + (command.isEmpty() ? "" : " (" + Path.of(command).getFileName() + ")");
  }

  private Set<String> listening(int port) {
    Set<String> sockets = new TreeSet<>();
    String suffix = ":" + String.format("%04X", port);
    for (String table : Set.of("net/tcp", "net/tcp6")) {
      try {
        for (String line : Files.readAllLines(proc.resolve(table))) {
          String[] fields = line.strip().split("\\s+", INODE + 2);
          if (fields.length > INODE
              && fields[STATE].equals(LISTEN)
              && fields[LOCAL_ADDRESS].endsWith(suffix)) {
            sockets.add("socket:[" + fields[INODE] + "]");
          }
        }
      } catch (IOException e) {
        // Not a Linux machine, or one without IPv6: nothing to see in this table.
      }
    }
    return sockets;
  }

  private Optional<ProcessHandle> owner(Set<String> sockets) {
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
      for (Path process : processes) {
        if (holds(process, sockets)) {
          return ProcessHandle.of(Long.parseLong(process.getFileName().toString()));
        }
      }
    } catch (IOException | NumberFormatException e) {
      // As above.
    }
    return Optional.empty();
  }

  private static boolean holds(Path process, Set<String> sockets) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path file : files) {
        if (Files.isSymbolicLink(file)
            && sockets.contains(Files.readSymbolicLink(file).toString())) {
          return true;
        }
      }
    } catch (IOException | RuntimeException e) {
      // It ended meanwhile, or is another user's.
    }
    return false;
  }
}
