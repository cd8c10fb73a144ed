package io.hawser.cli.storage;

import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Values as they are named on a command line. */
final class Values {
  private static final int MAX_BYTES = 1 << 20;

  private Values() {}

  /**
   * @param named text; {@code @FILE} for what is in a file; {@code -} for the standard input
   */
  static byte[] read(String named) {
    byte[] value;
    try {
      if (named.equals("-")) {
        value = System.in.readNBytes(MAX_BYTES + 1);
      } else if (named.startsWith("@")) {
        value = Files.readAllBytes(Path.of(named.substring(1)));
      } else {
        value = named.getBytes(StandardCharsets.UTF_8);
      }
    } catch (IOException | InvalidPathException e) {
      throw new CliFailure(
          ExitCode.USAGE,
          "cannot read the value from " + named,
          e.toString(),
          "name a file that can be read, after the @");
    }
    if (value.length > MAX_BYTES) {
      throw new CliFailure(
          ExitCode.USAGE,
          "the value is too large",
          "a value has at most 1 MiB",
          "split it up, or store where it is instead");
    }
    return value;
  }
}
