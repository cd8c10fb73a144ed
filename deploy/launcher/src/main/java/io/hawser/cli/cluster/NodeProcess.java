package io.hawser.cli.cluster;

import io.hawser.cli.base.Api;
import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import io.hawser.cli.base.Fields;
import io.hawser.cli.base.Reply;
import io.hawser.node.ProcessIdentity;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A node that runs as a process of its own. It does not hear the Ctrl-C of the terminal: whoever
 * started it decides when it ends, and stops it in order.
 */
public final class NodeProcess {
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);
  private static final int LOG_LINES = 15;

  /** Exit codes of a node that say more than "failed". */
  private static final Set<Integer> TELLING =
      Set.of(
          ExitCode.USAGE.number(),
          ExitCode.CLUSTER_START.number(),
          ExitCode.PORT.number(),
          ExitCode.DATA_DIR.number(),
          ExitCode.DEPLOYMENT.number(),
          ExitCode.BUILD.number(),
          ExitCode.ENVIRONMENT.number());

  private final Process process;
  private final ProcessIdentity identity;
  private final NodeFiles files;
  private final NodePorts ports;
  private final long startNs = System.nanoTime();

  private NodeProcess(Process process, ProcessIdentity identity, NodeFiles files, NodePorts ports) {
    this.process = process;
    this.identity = identity;
    this.files = files;
    this.ports = ports;
  }

  /**
   * Starts {@code script start --config <the node's file>}, its output appended to the node's log.
   */
  public static NodeProcess start(Path script, NodeFiles files, NodePorts ports) {
    // Ignored signals stay ignored over exec and in the node's own children.
    ProcessBuilder builder =
        new ProcessBuilder(
            "/bin/sh",
            "-c",
            "trap '' INT HUP; exec \"$0\" \"$@\"",
            script.toString(),
            "start",
            "--config",
            files.config().toString());
    builder.environment().put("HAWSER_BUILD", "never");
    // Whoever runs this has made the cache, or wants none.
    builder.environment().merge("HAWSER_AOT", "use", (old, use) -> old.equals("off") ? old : use);
    builder.redirectInput(Redirect.from(new File("/dev/null")));
    builder.redirectOutput(Redirect.appendTo(files.log().toFile()));
    builder.redirectErrorStream(true);
    try {
      Files.deleteIfExists(files.nodeJson());
      Files.deleteIfExists(files.pid());
      Process process = builder.start();
      Optional<ProcessIdentity> identity = ProcessIdentity.of(process.pid());
      NodeProcess node =
          new NodeProcess(
              process, identity.orElse(new ProcessIdentity(process.pid(), "ended")), files, ports);
      files.noteLaunched(node.identity);
      return node;
    } catch (IOException e) {
      throw new CliFailure(
          ExitCode.FAILURE,
          "cannot start " + files.id(),
          e.toString(),
          "see that " + script + " can be run");
    }
  }

  public long pid() {
    return process.pid();
  }

  public NodeFiles files() {
    return files;
  }

  public NodePorts ports() {
    return ports;
  }

  public boolean alive() {
    return process.isAlive();
  }

  /**
   * Waits until the node says that it is ready.
   *
   * @return how long that took from its start, in milliseconds
   * @throws CliFailure when it ends before, or is not ready within the limit
   */
  public long awaitReady(Duration limit) {
    Api api = new Api(URI.create(ports.apiUrl()), PROBE_TIMEOUT);
    String last = "its API does not answer yet";
    while (System.nanoTime() - startNs < limit.toNanos()) {
      if (ended(LOOK)) {
        throw died();
      }
      try {
        Reply reply = api.get("/health/ready");
        if (reply.ok()) {
          requireSamePid();
          return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
        }
        last = reply.body();
      } catch (CliFailure e) {
        // Not listening yet; the limit above ends the wait.
      }
    }
    throw new CliFailure(
        ExitCode.UNREACHABLE,
        files.id() + " is not ready after " + limit.toSeconds() + " s",
        last,
        "see " + files.log());
  }

  private boolean ended(Duration wait) {
    try {
      return process.waitFor(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CliFailure(ExitCode.INTERRUPTED, "interrupted", "", "");
    }
  }

  /** What to say of a node that ended by itself. */
  public CliFailure died() {
    int code = process.exitValue();
    return new CliFailure(
        TELLING.contains(code) ? code : ExitCode.FAILURE.number(),
        files.id() + " ended with " + code,
        files.logTail(LOG_LINES),
        "the whole log is " + files.log());
  }

  private void requireSamePid() {
    String written;
    try {
      written = Files.readString(files.pid()).strip();
    } catch (IOException e) {
      written = "";
    }
    if (!written.isEmpty() && Fields.parse(written) instanceof Number n && n.longValue() != pid()) {
      throw new CliFailure(
          ExitCode.CONFLICT,
          files.pid() + " names process " + written + " and not " + pid(),
          "another node uses the same directory",
          "stop that one, or give another directory");
    }
  }

  /** Stops the node and ends what it leaves behind. */
  public Ending.How stop(Duration grace) {
    Ending.How how = Ending.end(identity, grace);
    var unused = Ending.sweep(files);
    return how;
  }
}
