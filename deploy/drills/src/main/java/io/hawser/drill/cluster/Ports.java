package io.hawser.drill.cluster;

import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import io.hawser.cli.cluster.NodePorts;
import java.util.stream.IntStream;

/**
 * Finds ports that stay free while a process restarts: below those that the kernel gives to
 * outgoing connections.
 */
public final class Ports {
  /** Where the search begins unless told otherwise. */
  public static final int FIRST = 19_100;

  private static final int LAST = 29_000;

  private Ports() {}

  /** The first of so many free ports in a row. */
  public static int block(int first, int count) {
    for (int base = first; base + count <= LAST; base += count) {
      if (IntStream.range(base, base + count).noneMatch(NodePorts::taken)) {
        return base;
      }
    }
    throw new CliFailure(
        ExitCode.FAILURE,
        "no " + count + " free ports in a row from " + first + " to " + LAST,
        "",
        "give another first port with --first-port");
  }
}
