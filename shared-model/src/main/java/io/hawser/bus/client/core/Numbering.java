package io.hawser.bus.client.core;

import java.util.TreeSet;

/**
 * The numbers under which a client sends its changes to one group. A group remembers the results of
 * a bounded number of changes of a client: when one change is under way for so long that its result
 * might be forgotten, the client goes on under another name.
 *
 * <p>Not thread-safe: guarded by the client.
 */
public final class Numbering {
  /** Fewer than the results that a group remembers of a client (1 024). */
  static final int WINDOW = 512;

  /** Who a change comes from, and its number there. */
  public record Ticket(String client, long sequence, long lowestPending) {}

  private final String name;
  private long life;
  private long last;
  private final TreeSet<Long> pending = new TreeSet<>();

  /**
   * @param name of the client, used by no other, be it in an earlier life
   */
  public Numbering(String name) {
    this.name = name;
  }

  /** The number of the next change. */
  public Ticket next() {
    if (!pending.isEmpty() && last - pending.first() >= WINDOW - 1) {
      life++;
      last = 0;
      pending.clear();
    }
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

  private String client() {
    return name + "." + life;
  }
}
