package io.hawser.cli.command;

import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;

/** What picocli cannot see to be wrong by itself. */
final class Usage {
  private Usage() {}

  static CliFailure wrong(String what) {
    return new CliFailure(ExitCode.USAGE, what, "", "add --help to see what the command takes");
  }
}
