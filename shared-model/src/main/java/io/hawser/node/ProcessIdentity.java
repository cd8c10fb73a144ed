package io.hawser.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * Names one process for good: its pid, and when it was started, so that a pid that was given to somebody else is not mistaken
 * for it.
 *
 * @param start on Linux the kernel's start time in clock ticks after boot, which no clock adjustment moves
 */
public record ProcessIdentity(long pid, String start) {

  /** The identity of a live process; empty when there is none with this pid. */
  public static Optional<ProcessIdentity> of(long pid) {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .map(handle -> new ProcessIdentity(pid, startOf(handle)));
  }

  /** The process, as long as it lives. */
  public Optional<ProcessHandle> handle() {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(handle -> startOf(handle).equals(start));
  }

  public boolean alive() {
    return handle().isPresent();
  }

  private static String startOf(ProcessHandle handle) {
    Path stat = Path.of("/proc", Long.toString(handle.pid()), "stat");
    try {
      String line = Files.readString(stat);
      // The second field is the command in brackets and may hold anything; the start time is the 20th after it.
      String[] rest = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
      return "ticks:" + rest[19];
    } catch (IOException | RuntimeException e) {
      return "ms:" + handle.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }
  }
}
