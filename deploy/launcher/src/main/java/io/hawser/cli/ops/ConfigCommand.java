package io.hawser.cli.ops;

import io.hawser.cli.base.Cli;
import io.hawser.cli.base.Table;
import io.hawser.launcher.Configuration;
import io.hawser.launcher.Configuration.Item;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a node would be set to, without starting it. */
@Command(name = "config", description = "Show and check the settings of a node.")
final class ConfigCommand {
  private ConfigCommand() {}

  static CommandLine withSubcommands(Cli cli) {
    CommandLine config = new CommandLine(new ConfigCommand());
    config.addSubcommand(new Show(cli));
    config.addSubcommand(new Reference(cli));
    return config;
  }

  /** Each setting with its value. */
  @Command(
      name = "show",
      description = "Show the settings that a node would start with; ends with 2 if it would not.",
      footer = {"", "Secrets are shown as stars."})
  private static final class Show implements Callable<Integer> {
    private final Cli cli;

    @Mixin private final NodeOptions options = new NodeOptions();

    @Option(
        names = "--origin",
        description = "Say where each value came from: default, file and line, variable, flag.")
    private boolean origin;

    Show(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      Configuration configuration = options.read(cli);
      List<JsonObject> rows =
          configuration.items().stream().map(item -> row(item, origin || cli.json())).toList();
      if (cli.json()) {
        cli.printJson(new JsonObject().put("settings", new JsonArray(rows)));
        return 0;
      }
      Table table = new Table().whole().column("SETTING", "key").column("VALUE", "value");
      if (origin) {
        table = table.column("FROM", "origin");
      }
      table.rows(rows).print(cli.terminal(), "no settings");
      return 0;
    }

    private static JsonObject row(Item item, boolean origin) {
      JsonObject row = new JsonObject().put("key", item.key()).put("value", item.value());
      return origin ? row.put("origin", item.origin()).put("doc", item.doc()) : row;
    }
  }

  /** The reference, as deploy/docs/settings.md has it. */
  @Command(name = "reference", description = "Print the reference of all settings, in Markdown.")
  private static final class Reference implements Callable<Integer> {
    private final Cli cli;

    Reference(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      cli.terminal().line(Configuration.reference().stripTrailing());
      return 0;
    }
  }
}
