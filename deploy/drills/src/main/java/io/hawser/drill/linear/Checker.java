package io.hawser.drill.linear;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Looks for an order of a key's operations in which a register would have answered as the store
 * did, and in which no operation comes before one that had ended when it started: linearizability
 * (Herlihy and Wing 1990). The search is Wing and Gong's with Lowe's memory of what was tried
 * ("Testing for linearizability", 2017). Keys are searched one by one, which is enough: a history
 * is linearizable when each object's is.
 *
 * <p>Operations of unknown outcome are tried after all others, and none of them has to be placed:
 * what is never placed never happened. Pure; one thread for each call.
 */
public final class Checker {
  /** When the search for one key is given up: about a hundred megabytes of memory. */
  public static final int MAX_CONFIGURATIONS = 400_000;

  private static final int SHOWN_BEFORE = 12;

  private Checker() {}

  /** The verdict on the operations of one key, in any order. */
  public static Verdict check(List<Op> ops, int maxConfigurations) {
    List<Op> sorted = new ArrayList<>(ops);
    sorted.sort(Comparator.comparingLong(Op::startNs));
    Search search = new Search(sorted, maxConfigurations);
    return switch (search.run()) {
      case FOUND -> new Verdict.Linearizable();
      case NONE -> violation(sorted, search);
      case GIVEN_UP -> new Verdict.Undecided(search.configurations());
    };
  }

  private static Verdict violation(List<Op> sorted, Search search) {
    Op stuck = sorted.get(search.furthestOp());
    List<Op> before =
        sorted.stream()
            .filter(op -> op.endNs() < stuck.startNs())
            .sorted(Comparator.comparingLong(Op::endNs))
            .toList();
    List<Op> around =
        new ArrayList<>(before.subList(Math.max(0, before.size() - SHOWN_BEFORE), before.size()));
    sorted.stream()
        .filter(op -> op.endNs() >= stuck.startNs() && op.startNs() <= stuck.endNs())
        .forEach(around::add);
    return new Verdict.Violation(stuck, search.furthestValue(), around);
  }
}
