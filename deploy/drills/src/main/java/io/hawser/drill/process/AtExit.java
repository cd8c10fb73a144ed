package io.hawser.drill.process;

/**
 * Takes back what is in a ledger when it is closed, and when the process is told to end before
 * that. Owned by one thread.
 */
public final class AtExit {
  private final Ledger ledger;
  private final Thread hook;

  public AtExit(Ledger ledger) {
    this.ledger = ledger;
    this.hook = new Thread(ledger::close, "undo");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Takes it back, once. */
  public void close() {
    ledger.close();
    try {
      var unused = Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending, and the hook runs.
      return;
    }
  }
}
