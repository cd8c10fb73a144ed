package io.hawser.cli;

import io.hawser.cli.base.Cli;
import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import io.hawser.cli.cluster.NodeCommands;
import io.hawser.cli.command.Commands;
import io.hawser.cli.demo.DemoCommand;
import io.hawser.cli.events.EventsCommand;
import io.hawser.cli.ops.OpsCommands;
import io.hawser.cli.storage.StorageCommands;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command {@code hawser}. {@link #main} ends the JVM with the exit code of the command. */
@Command(
    name = "hawser",
    synopsisSubcommandLabel = "COMMAND",
    description = "Keeps services up: registry, balancer, failover and monitor on one event bus.",
    exitCodeListHeading = "%nExit codes:%n",
    footerHeading = "%n",
    footer = {
      "First steps:  hawser demo    one node, four backends and some traffic, to play with",
      "              hawser dev     one node of your own",
      "              hawser COMMAND --help"
    })
public final class HawserCli {
  private static final int HELP_WIDTH = 110;

  @SuppressWarnings("UnusedVariable") // picocli reads its annotations
  @Mixin
  private final Cli cli;

  @SuppressWarnings("UnusedVariable") // picocli acts on it
  @CommandLine.Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version and end.")
  private boolean version;

  private HawserCli(Cli cli) {
    this.cli = cli;
  }

  public static void main(String... args) {
    PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int code = run(new Cli(out, err, System.getenv()), out, err, args);
    out.flush();
    err.flush();
    System.exit(code);
  }

  /** Runs one command and returns its exit code. */
  static int run(Cli cli, PrintWriter out, PrintWriter err, String... args) {
    CommandLine line =
        args.length > 0 && NodeCommands.STARTERS.contains(args[0])
            ? starter(cli, args[0])
            : commandLine(cli);
    line.setOut(out).setErr(err);
    return args.length == 0 ? line.execute("--help") : line.execute(args);
  }

  /** What starts a node need not wait for all other commands to be looked at. */
  private static CommandLine starter(Cli cli, String name) {
    CommandLine root = new CommandLine(new HawserCli(cli));
    NodeCommands.addStarter(root, cli, name);
    return setUp(root);
  }

  static CommandLine commandLine(Cli cli) {
    CommandLine root = new CommandLine(new HawserCli(cli));
    root.addSubcommand(new DemoCommand(cli));
    NodeCommands.addTo(root, cli);
    Commands.addTo(root, cli);
    StorageCommands.addTo(root, cli);
    root.addSubcommand(new EventsCommand(cli));
    OpsCommands.addTo(root, cli);
    root.addSubcommand(new CommandLine.HelpCommand());
    return setUp(root);
  }

  private static CommandLine setUp(CommandLine root) {
    withHelp(root);
    root.setUsageHelpWidth(HELP_WIDTH);
    // "@FILE" names a file with a value, not one with arguments.
    root.setExpandAtFiles(false);
    root.getCommandSpec().version("hawser " + Commands.version());
    root.getCommandSpec().usageMessage().exitCodeList(exitCodes());
    root.setExecutionExceptionHandler((e, line, parsed) -> failed(e, line));
    root.setParameterExceptionHandler((e, args) -> misused(e));
    root.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
    return root;
  }

  /** Gives each command its --help. */
  private static void withHelp(CommandLine line) {
    if (!(line.getCommand() instanceof CommandLine.HelpCommand)) {
      line.addMixin("help", new HelpOption());
    }
    line.getSubcommands().values().forEach(HawserCli::withHelp);
  }

  /** The option that shows what a command takes. */
  @Command
  private static final class HelpOption {
    @CommandLine.Option(
        names = {"-h", "--help"},
        usageHelp = true,
        description = "Show this and end.")
    private boolean help;

    @Override
    public String toString() {
      return "help=" + help;
    }
  }

  private static Map<String, String> exitCodes() {
    Map<String, String> codes = new LinkedHashMap<>();
    for (ExitCode code : ExitCode.values()) {
      codes.put(String.format("%4d", code.number()), code.meaning());
    }
    return codes;
  }

  private static int failed(Exception e, CommandLine line) {
    PrintWriter err = line.getErr();
    int code;
    if (e instanceof CliFailure failure) {
      code = failure.code();
      if (code != ExitCode.INTERRUPTED.number()) {
        err.println(failure.render());
      }
    } else {
      err.println("hawser: a fault in this command, please report it: " + e);
      e.printStackTrace(err);
      code = ExitCode.FAILURE.number();
    }
    err.flush();
    return code;
  }

  private static int misused(ParameterException e) {
    CommandLine line = e.getCommandLine();
    PrintWriter err = line.getErr();
    err.println("hawser: " + e.getMessage());
    List<String> suggestions =
        e instanceof UnmatchedArgumentException unmatched ? unmatched.getSuggestions() : List.of();
    if (!suggestions.isEmpty()) {
      err.println("  meant? " + String.join(", ", suggestions));
    }
    err.println("  mend: see " + line.getCommandSpec().qualifiedName() + " --help");
    err.flush();
    return ExitCode.USAGE.number();
  }
}
