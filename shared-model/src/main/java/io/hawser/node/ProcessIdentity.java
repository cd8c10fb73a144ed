package io.hawser.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * Names one process for good: its pid, and when it was started, so that a pid that was given to
 * somebody else is not mistaken for it.
 *
 * @param start on Linux the boot's id and the kernel's start time in clock ticks after boot, which
 *     no clock adjustment moves
 */
public record ProcessIdentity(long pid, String start) {
  /** Random, and new with each boot: pids and ticks begin anew then. */
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  /** The identity of a live process; empty when there is none with this pid. */
  public static Optional<ProcessIdentity> of(long pid) {
    return ProcessHandle.of(pid)
        .filter(ProcessIdentity::runs)
        .map(handle -> new ProcessIdentity(pid, startOf(handle)));
  }

  /** The process, as long as it lives. */
  public Optional<ProcessHandle> handle() {
    return ProcessHandle.of(pid)
        .filter(ProcessIdentity::runs)
        .filter(handle -> startOf(handle).equals(start));
  }

  public boolean alive() {
    return handle().isPresent();
  }

  /**
   * Whether it still runs. An ended process whose parent never asks for its exit code stays in the
   * table as a zombie, and Java calls it alive: in a container whose first process reaps nobody,
   * that is each orphan.
   */
  private static boolean runs(ProcessHandle handle) {
    try {
      return handle.isAlive() && !stat(handle)[0].equals("Z");
    } catch (IOException | RuntimeException e) {
      return handle.isAlive();
    }
  }

  /** The fields that the kernel shows of the process, from its state on. */
  private static String[] stat(ProcessHandle handle) throws IOException {
    String line = Files.readString(Path.of("/proc", Long.toString(handle.pid()), "stat"));
    // The second field is the command in brackets and may hold anything.
    return line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
  }

  private static String startOf(ProcessHandle handle) {
    try {
      return "boot:" + Files.readString(BOOT_ID).strip() + ":ticks:" + stat(handle)[19];
    } catch (IOException | RuntimeException e) {
      return "ms:" + handle.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }
  }
}
