package io.hawser.drill;

import java.util.List;
import picocli.CommandLine.Option;

/** What some drills leave to whoever starts them. Filled in by picocli. */
final class ChoiceOptions {
  private static final long SEED = 20_261_125;

  @Option(
      names = {"--faults", "--fault"},
      paramLabel = "FAULT",
      split = ",",
      description = "Which faults, of a drill that has several (default: the drill's own choice).")
  private List<String> faults = List.of();

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "0",
      description = "How long a round takes (default: the drill's own choice).")
  private int seconds;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "" + SEED,
      description = "Of what is left to chance (default ${DEFAULT-VALUE}).")
  private long seed;

  List<String> faults() {
    return faults;
  }

  int seconds() {
    return Math.clamp(seconds, 0, 3_600);
  }

  long seed() {
    return seed;
  }
}
