package io.hawser.cli.cluster;

import io.hawser.cli.base.Cli;
import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import io.hawser.cli.cluster.Ending.How;
import io.hawser.node.ProcessIdentity;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Ends a local cluster and what it left running. */
@Command(
    name = "down",
    description = "End the nodes that 'hawser up' started, and the processes that they own.",
    footer = {"", "Nothing else is touched, and a second 'down' does nothing."})
final class DownCommand implements Callable<Integer> {
  private static final Duration GRACE = Duration.ofSeconds(45);

  private final Cli cli;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = "data/cluster",
      description = "Where the cluster lives (default ./${DEFAULT-VALUE}).")
  private Path dir = Path.of("data/cluster");

  private final List<String> stopped = new ArrayList<>();
  private final List<String> left = new ArrayList<>();

  DownCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws IOException {
    Path home = dir.toAbsolutePath().normalize();
    List<NodeFiles> nodes = NodeFiles.under(home);
    for (NodeFiles node : nodes.reversed()) {
      stop(node);
    }
    // Only now: a node that still ran would have started its processes again.
    for (NodeFiles node : nodes) {
      for (String what : Ending.sweep(node)) {
        say(what, what.endsWith(Ending.words(How.STILL_THERE)));
      }
    }
    if (cli.json()) {
      cli.printJson(
          new JsonObject().put("stopped", new JsonArray(stopped)).put("left", new JsonArray(left)));
    } else if (stopped.isEmpty() && left.isEmpty()) {
      cli.terminal().line("nothing runs in " + home);
    }
    if (!left.isEmpty()) {
      throw new CliFailure(
          ExitCode.FAILURE,
          "could not end everything",
          String.join("\n", left),
          "is it another user's?");
    }
    return 0;
  }

  private void stop(NodeFiles node) throws IOException {
    Optional<ProcessIdentity> live = node.live();
    How how = live.map(who -> Ending.end(who, GRACE)).orElse(How.GONE_ALREADY);
    if (live.isPresent()) {
      say(
          node.id() + " (pid " + live.get().pid() + ") " + Ending.words(how),
          how == How.STILL_THERE);
    }
    if (how != How.STILL_THERE) {
      node.forget();
    }
  }

  private void say(String what, boolean remains) {
    (remains ? left : stopped).add(what);
    if (!cli.json()) {
      cli.terminal().line(what);
    }
  }
}
