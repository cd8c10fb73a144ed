package io.hawser.drill;

import io.hawser.cli.base.Cli;
import io.hawser.cli.command.Kit;

/** Brings the command {@code drill}. */
public final class DrillKit implements Kit {
  @Override
  public String name() {
    return "drill";
  }

  @Override
  public Object command(Cli cli) {
    return new DrillCommand(cli);
  }
}
