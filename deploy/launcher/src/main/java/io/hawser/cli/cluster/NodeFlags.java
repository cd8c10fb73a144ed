package io.hawser.cli.cluster;

import io.hawser.node.NodeSettings;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that runs a node in the foreground. */
final class NodeFlags {
  @Option(
      names = "--bind",
      paramLabel = "ADDRESS",
      description = "The address that all ports listen on (default 127.0.0.1).")
  private @Nullable String bind;

  @Option(
      names = "--insecure",
      description = "Listen beyond loopback although there is neither TLS nor a token.")
  private boolean insecure;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A setting of the node, over the file's; may be repeated.")
  private Map<String, String> settings = new LinkedHashMap<>();

  /** What the options say, by the key of the setting. */
  Map<String, String> settings() {
    Map<String, String> flags = new LinkedHashMap<>();
    if (bind != null) {
      flags.put(NodeSettings.BIND_HOST.name(), bind);
    }
    if (insecure) {
      flags.put(NodeSettings.INSECURE.name(), "true");
    }
    flags.putAll(settings);
    return flags;
  }
}
