package io.hawser.bus.client.core;

import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * The numbers under which a client sends its changes to one group. A group remembers the results of
 * a bounded number of changes of a client: when one change is under way for so long that its result
 * might be forgotten, the client goes on under another name. A group also forgets who is silent for
 * long, or when too many others come: so does a client that was silent, or is told that it is
 * forgotten.
 *
 * <p>Not thread-safe: guarded by the client.
 */
public final class Numbering {
  /** Fewer than the results that a group remembers of a client (1 024). */
  static final int WINDOW = 512;

  /** Well below the time after which a group forgets a silent client (ten minutes of its own). */
  static final long SILENT_NS = TimeUnit.MINUTES.toNanos(2);

  /** Who a change comes from, and its number there. */
  public record Ticket(String client, long sequence, long lowestPending) {}

  private final String name;
  private long life;
  private long last;
  private long lastNs;
  private final TreeSet<Long> pending = new TreeSet<>();

  /**
   * @param name of the client, used by no other, be it in an earlier life
   */
  public Numbering(String name) {
    this.name = name;
  }

  /** The number of the next change. */
  public Ticket next(long nowNs) {
    boolean full = !pending.isEmpty() && last - pending.first() >= WINDOW - 1;
    boolean silent = pending.isEmpty() && last > 0 && nowNs - lastNs >= SILENT_NS;
    if (full || silent) {
      beginLife();
    }
    lastNs = nowNs;
    last++;
    boolean unused = pending.add(last);
    return new Ticket(client(), last, pending.first());
  }

  /** A change has its result, or is given up. */
  public void done(Ticket ticket) {
    if (ticket.client().equals(client())) {
      boolean unused = pending.remove(ticket.sequence());
    }
  }

  /** The group knows this change's client no more, or has forgotten the change's result. */
  public void forgotten(Ticket ticket) {
    if (ticket.client().equals(client())) {
      beginLife();
    }
  }

  private void beginLife() {
    life++;
    last = 0;
    pending.clear();
  }

  private String client() {
    return name + "." + life;
  }
}
