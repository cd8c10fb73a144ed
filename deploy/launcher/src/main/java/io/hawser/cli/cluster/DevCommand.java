package io.hawser.cli.cluster;

import io.hawser.cli.base.Cli;
import io.hawser.cli.base.Terminal;
import io.hawser.launcher.Node;
import io.hawser.node.NodeSettings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** One node in the foreground, for development. */
@Command(
    name = "dev",
    description = "Run one node with everything, in the foreground, on loopback. Ctrl-C ends it.")
final class DevCommand implements Callable<Integer> {
  private final Cli cli;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = "data/dev",
      description = "Where the node keeps its data (default ./${DEFAULT-VALUE}).")
  private Path dir = Path.of("data/dev");

  @Option(
      names = "--port-offset",
      paramLabel = "K",
      defaultValue = "0",
      description =
          "Added to every port: traffic 8080, API 8500, membership 5701, bus 7500, Raft 7600.")
  private int portOffset;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "A configuration file under what the flags say.")
  private @Nullable Path config;

  @Mixin private NodeFlags node = new NodeFlags();

  DevCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    NodePorts ports = new NodePorts(portOffset);
    boolean ownPorts =
        config == null && node.settings().keySet().stream().noneMatch(k -> k.endsWith(".port"));
    if (ownPorts) {
      NodePorts.requireFree(List.of(ports));
    }
    Path data = dir.toAbsolutePath().normalize();
    Terminal terminal = cli.terminal();
    if (ownPorts) {
      terminal.note(
          "hawser dev: API "
              + ports.apiUrl()
              + ", traffic "
              + ports.trafficUrl()
              + ", data "
              + data);
    }
    terminal.note("for development only: no TLS, no tokens, loopback; Ctrl-C ends it");
    return Node.run(Optional.ofNullable(config), flags(data, ports));
  }

  private Map<String, String> flags(Path data, NodePorts ports) {
    Map<String, String> flags = new LinkedHashMap<>();
    flags.put(NodeSettings.DATA_DIR.name(), data.toString());
    flags.put(NodeSettings.CLUSTER_NAME.name(), NodeConfig.clusterName(data));
    flags.put(NodeConfig.BOOTSTRAP, NodeConfig.NEW);
    if (portOffset > 0) {
      ports.settings().forEach((key, value) -> flags.put(key, value.toString()));
    }
    flags.putAll(node.settings());
    return flags;
  }
}
