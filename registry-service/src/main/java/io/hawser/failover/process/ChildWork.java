package io.hawser.failover.process;

import io.hawser.catalog.Refused;
import io.hawser.failover.core.Unsure;
import io.hawser.model.InstanceKey;
import io.hawser.node.ProcessIdentity;
import io.hawser.node.ProcessIdentity.State;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done with a node's children on its machine: they are looked at, started and ended, and
 * their records are kept. Blocks; thread-safe.
 */
final class ChildWork {
  private static final Logger log = LoggerFactory.getLogger(ChildWork.class);

  /** How long a child may take to end when the node stops. */
  private static final long STOP_GRACE_MS = 5_000;

  /**
   * A child as it was found.
   *
   * @param child with its pid, also when that was found only now
   */
  record Seen(Child child, State state) {
    Optional<Child> running() {
      return state == State.RUNS ? Optional.of(child) : Optional.empty();
    }
  }

  private final ChildFiles files;
  private final String api;
  private final String java;

  /**
   * @param api where the children find the node
   */
  ChildWork(Path dataDir, String api) {
    this.files = new ChildFiles(dataDir);
    this.api = api;
    this.java = ProcessHandle.current().info().command().orElse("java");
  }

  /**
   * Looks whether a child runs. One whose pid was not written down is looked for by its token; as
   * long as there are processes that cannot be looked at, it may be any of them.
   */
  static Seen look(Child child) {
    if (child.identity().pid() > 0) {
      return new Seen(child, child.identity().state());
    }
    try {
      return Children.findByToken(child.token())
          .map(found -> new Seen(child.withIdentity(found), State.RUNS))
          .orElseGet(() -> new Seen(child, State.ENDED));
    } catch (IOException e) {
      log.warn("process not looked for instance={} why={}", child.instance(), e.getMessage());
      return new Seen(child, State.UNKNOWN);
    }
  }

  /** The children of an earlier life of the node, dead ones too. */
  List<Child> found() throws IOException {
    List<Child> found = new ArrayList<>();
    for (Child child : files.load()) {
      Seen seen = look(child);
      if (!seen.child().equals(child)) {
        files.save(seen.child());
      }
      seen.running()
          .ifPresent(
              c ->
                  log.info("process adopted instance={} pid={}", c.instance(), c.identity().pid()));
      found.add(seen.child());
    }
    return found;
  }

  Child keep(Child child) throws IOException {
    files.save(child);
    return child;
  }

  void forget(InstanceKey instance) throws IOException {
    files.delete(instance);
  }

  /** Starts a child whose record is kept already. Refused with {@link Refused}. */
  Child spawn(Wanted wanted, Child next) {
    Map<String, String> values =
        Map.of(
            "service", wanted.instance().service(),
            "id", wanted.instance().id(),
            "host", wanted.host(),
            "port", Integer.toString(wanted.port()),
            "api", api,
            "java", java);
    List<String> command = wanted.template().fill(values);
    long pid;
    try {
      pid = Children.start(next, command, api, files.logFile(wanted.instance()).toFile());
    } catch (IOException e) {
      throw new Refused("start-failed", String.valueOf(e.getMessage()));
    }
    try {
      return ProcessIdentity.read(pid)
          .map(next::withIdentity)
          .orElseThrow(() -> new Refused("start-failed", "the process ended at once; see its log"));
    } catch (IOException e) {
      throw new Refused(Unsure.OF_PROCESS, "pid " + pid + " was started and cannot be looked at");
    }
  }

  /**
   * Ends a child by force, with its own children, those that it has left behind among them: of a
   * launcher that died alone the one that it had launched still beats. Refused with {@link
   * Refused}.
   */
  void end(Child child) {
    Children.stop(List.of(child.identity()), 0);
    State state = endLeftBehind(child);
    if (state == State.UNKNOWN) {
      throw new Refused(Unsure.OF_PROCESS, "not all processes can be looked at");
    }
    if (state != State.ENDED || look(child).state() != State.ENDED) {
      throw new Refused("still-running", "pid " + child.identity().pid() + " does not end");
    }
  }

  /** What becomes of those that a child has left behind; unknown when it may have some. */
  private static State endLeftBehind(Child child) {
    try {
      Collection<ProcessIdentity> left = Children.allByToken(child.token());
      if (!left.isEmpty()) {
        log.warn("processes left behind are ended instance={} pids={}", child.instance(), left);
        Children.stop(left, 0);
      }
      return left.stream().noneMatch(ProcessIdentity::alive) ? State.ENDED : State.RUNS;
    } catch (IOException e) {
      log.warn("processes not looked for instance={} why={}", child.instance(), e.getMessage());
      return State.UNKNOWN;
    }
  }

  /** Ends them; what outlives even SIGKILL stays on record, for this node to adopt it again. */
  List<Child> endAll(List<Child> all) throws IOException {
    List<Child> located = all.stream().map(child -> look(child).child()).toList();
    Children.stop(located.stream().map(Child::identity).toList(), STOP_GRACE_MS);
    List<Child> ended = new ArrayList<>();
    for (Child child : located) {
      if (endLeftBehind(child) == State.ENDED && look(child).state() == State.ENDED) {
        files.delete(child.instance());
        log.info("process stopped instance={} pid={}", child.instance(), child.identity().pid());
        ended.add(child);
      } else {
        log.error(
            "process outlives SIGKILL instance={} pid={}",
            child.instance(),
            child.identity().pid());
      }
    }
    return ended;
  }
}
