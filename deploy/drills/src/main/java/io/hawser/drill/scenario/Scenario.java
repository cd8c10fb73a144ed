package io.hawser.drill.scenario;

import io.hawser.drill.scenario.DrillRun.Options;

/** One drill: what it does to a cluster, and what it expects of it. */
public interface Scenario {
  /** By which it is called. */
  String name();

  /** What it does, in a sentence. */
  String summary();

  /** How often it does it unless told otherwise. */
  int rounds();

  /** How many nodes it puts into network namespaces of their own; 0: none. */
  default int namespaces(Options options) {
    return 0;
  }

  /**
   * Whether it does what it can where namespaces are not permitted, and says what it left out. Else
   * it is not run there.
   */
  default boolean withoutNamespaces() {
    return false;
  }

  /**
   * Runs it. What it starts is in the run's ledger, what it sees in its journal; an expectation
   * that is not met does not end it.
   */
  void run(DrillRun run) throws InterruptedException;
}
