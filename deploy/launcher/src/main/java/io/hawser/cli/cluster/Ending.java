package io.hawser.cli.cluster;

import io.hawser.cli.cluster.NodeFiles.Child;
import io.hawser.node.ProcessIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Ends processes, by identity: a pid that was given to somebody else is never hit. */
public final class Ending {
  private static final Duration KILL_WAIT = Duration.ofSeconds(5);
  private static final Duration CHILD_GRACE = Duration.ofSeconds(3);
  private static final long LOOK_MS = 20;

  /** How a process ended. */
  public enum How {
    GONE_ALREADY,
    STOPPED,
    KILLED,
    STILL_THERE
  }

  private Ending() {}

  /** Asks the process to end (SIGTERM), and kills it when it has not after the grace given. */
  public static How end(ProcessIdentity who, Duration grace) {
    if (!signal(who, false)) {
      return How.GONE_ALREADY;
    }
    if (awaitEnd(who, grace)) {
      return How.STOPPED;
    }
    var unused = signal(who, true);
    return awaitEnd(who, KILL_WAIT) ? How.KILLED : How.STILL_THERE;
  }

  /**
   * Ends what a node that is gone has left running; returns what was found, each with how it ended.
   */
  public static List<String> sweep(NodeFiles node) {
    List<String> swept = new ArrayList<>();
    List<Child> children = node.liveChildren();
    for (Child child : children) {
      var unused = signal(child.identity(), false);
    }
    for (Child child : children) {
      How how = end(child.identity(), CHILD_GRACE);
      swept.add(child.instance() + " (pid " + child.identity().pid() + ") " + words(how));
      if (how != How.STILL_THERE) {
        try {
          Files.deleteIfExists(child.file());
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    return swept;
  }

  public static String words(How how) {
    return switch (how) {
      case GONE_ALREADY, STOPPED -> "stopped";
      case KILLED -> "did not stop and was killed";
      case STILL_THERE -> "is still there";
    };
  }

  private static boolean signal(ProcessIdentity who, boolean kill) {
    return who.handle().map(p -> kill ? p.destroyForcibly() : p.destroy()).orElse(false);
  }

  private static boolean awaitEnd(ProcessIdentity who, Duration limit) {
    long deadlineNs = System.nanoTime() + limit.toNanos();
    while (who.alive()) {
      if (System.nanoTime() - deadlineNs >= 0) {
        return false;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_MS));
    }
    return true;
  }
}
