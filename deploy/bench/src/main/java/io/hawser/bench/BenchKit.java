package io.hawser.bench;

import io.hawser.cli.base.Cli;
import io.hawser.cli.command.Kit;

/** Brings the command {@code bench}. */
public final class BenchKit implements Kit {
  @Override
  public String name() {
    return "bench";
  }

  @Override
  public Object command(Cli cli) {
    return new BenchCommand(cli);
  }
}
