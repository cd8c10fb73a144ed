package io.hawser.cli.command;

import io.hawser.cli.base.Cli;

/**
 * A command that comes in a jar of its own, in {@code kit/} beside the libraries: what nodes never
 * need and so do not load. Found by {@link java.util.ServiceLoader}.
 */
public interface Kit {
  /** The command's name. */
  String name();

  /** An object with picocli's annotations. */
  Object command(Cli cli);
}
