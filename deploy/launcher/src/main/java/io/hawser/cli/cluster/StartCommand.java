package io.hawser.cli.cluster;

import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import io.hawser.launcher.Node;
import io.hawser.node.NodeSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** One node in the foreground, as its configuration file says. */
@Command(name = "start", description = "Run a node from a configuration file, in the foreground.")
final class StartCommand implements Callable<Integer> {
  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The node's settings, in YAML.")
  private Path config = Path.of("hawser.yaml");

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "The node's data directory, over the file's.")
  private @Nullable Path dir;

  @Mixin private NodeFlags node = new NodeFlags();

  @Override
  public Integer call() {
    if (!Files.isReadable(config)) {
      throw new CliFailure(
          ExitCode.USAGE,
          "cannot read the configuration file " + config,
          Files.exists(config) ? "it is there, but not readable" : "there is no such file",
          "deploy/conf/hawser.yaml is one to start from");
    }
    Map<String, String> flags = new LinkedHashMap<>();
    if (dir != null) {
      flags.put(NodeSettings.DATA_DIR.name(), dir.toAbsolutePath().normalize().toString());
    }
    flags.putAll(node.settings());
    return Node.run(Optional.of(config), flags);
  }
}
