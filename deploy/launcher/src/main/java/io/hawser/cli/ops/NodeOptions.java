package io.hawser.cli.ops;

import io.hawser.cli.base.Cli;
import io.hawser.cli.base.CliFailure;
import io.hawser.launcher.Configuration;
import io.hawser.launcher.config.StartFailure;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which settings a node would have. */
final class NodeOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The node's configuration file (default: none).")
  private @Nullable Path config;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A setting, over the file's and the environment's; may be repeated.")
  private Map<String, String> settings = new LinkedHashMap<>();

  /**
   * Reads the settings as a start of the node would.
   *
   * @throws CliFailure when it would not start with them
   */
  Configuration read(Cli cli) {
    try {
      return Configuration.read(Optional.ofNullable(config), cli.environment(), settings);
    } catch (StartFailure e) {
      throw new CliFailure(e.exitCode(), e.what(), e.why(), e.mend());
    }
  }
}
