package io.hawser.drill.scenario;

import io.hawser.drill.net.Namespaces;
import io.hawser.drill.process.Ledger;
import io.hawser.drill.report.Journal;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One run of a drill.
 *
 * @param dir where nodes and origins have their directories
 * @param network where the nodes are to be, when the drill asks for namespaces
 */
public record DrillRun(
    Ledger ledger, Journal journal, Path dir, Options options, Optional<Namespaces> network) {
  /**
   * What whoever starts a drill may choose.
   *
   * @param perSecond requests
   * @param faults which of its faults; empty: those that the drill does by itself
   * @param seconds how long a round takes; 0: as long as the drill wants
   * @param seed of what is left to chance
   */
  public record Options(
      int rounds, int perSecond, int firstPort, List<String> faults, int seconds, long seed) {
    public Options {
      faults = List.copyOf(faults);
    }
  }

  public int rounds() {
    return options.rounds();
  }
}
