package io.hawser.cli.command;

import io.hawser.cli.base.Cli;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the script that completes this command's words in a shell. */
@Command(
    name = "completion",
    description = "Print a completion script for bash or zsh.",
    footer = {"", "Example:", "  source <(hawser completion bash)"})
final class CompletionCommand implements Callable<Integer> {
  private final Cli cli;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      paramLabel = "bash|zsh",
      defaultValue = "bash",
      description = "Default ${DEFAULT-VALUE}.")
  private String shell = "bash";

  CompletionCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    String wanted = shell.toLowerCase(Locale.ROOT);
    if (!wanted.equals("bash") && !wanted.equals("zsh")) {
      throw Usage.wrong("completion is for bash or zsh, not '" + shell + "'");
    }
    CommandSpec own = spec;
    if (own != null) {
      CommandLine root = own.root().commandLine();
      cli.terminal().line(AutoComplete.bash(root.getCommandName(), root));
    }
    return 0;
  }
}
