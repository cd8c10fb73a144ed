package io.hawser.node;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Names one process for good: its pid, and when it was started, so that a pid that was given to
 * somebody else is not mistaken for it.
 *
 * @param start on Linux the boot's id and the kernel's start time in clock ticks after boot, which
 *     no clock adjustment moves
 */
public record ProcessIdentity(long pid, String start) {
  /** What is known of a process. */
  public enum State {
    RUNS,
    ENDED,
    /** It could not be looked at just now: it may run, or may not. */
    UNKNOWN
  }

  private static final ProcFiles FILES = new ProcFiles(Path.of("/proc"));

  /** The identity of a live process; empty when there is none with this pid, or it is not known. */
  public static Optional<ProcessIdentity> of(long pid) {
    try {
      return read(pid);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * The identity of a live process; empty when there is none with this pid.
   *
   * @throws IOException when it cannot be told
   */
  public static Optional<ProcessIdentity> read(long pid) throws IOException {
    Optional<String> start = FILES.there() ? FILES.start(pid) : startByHandle(pid);
    return start.map(s -> new ProcessIdentity(pid, s));
  }

  /**
   * The process that was started with an entry in its environment, and its descendants with it.
   * Only on Linux; elsewhere none is found.
   *
   * @param entry NAME=value
   * @throws IOException when there may be one that could not be looked at
   */
  public static List<ProcessIdentity> startedWith(String entry) throws IOException {
    List<Long> pids = FILES.there() ? FILES.startedWith(entry) : List.of();
    List<ProcessIdentity> all = new ArrayList<>();
    for (long pid : pids) {
      read(pid).ifPresent(all::add);
    }
    return all;
  }

  /** Whether the process runs, as far as it can be told. */
  public State state() {
    return state(FILES);
  }

  State state(ProcFiles files) {
    try {
      Optional<String> now = files.there() ? files.start(pid) : startByHandle(pid);
      return now.filter(start::equals).isPresent() ? State.RUNS : State.ENDED;
    } catch (IOException e) {
      return State.UNKNOWN;
    }
  }

  /** The process, as long as it is seen to live. */
  public Optional<ProcessHandle> handle() {
    return alive() ? ProcessHandle.of(pid) : Optional.empty();
  }

  /** Whether it is seen to live. */
  public boolean alive() {
    return state() == State.RUNS;
  }

  private static Optional<String> startByHandle(long pid) {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .map(handle -> "ms:" + handle.info().startInstant().map(Instant::toEpochMilli).orElse(0L));
  }
}
