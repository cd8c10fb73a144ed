package io.hawser.drill.linear;

import java.util.ArrayList;
import java.util.List;

/**
 * Tries every order of every choice of the unanswered operations, with nothing clever about it: the
 * definition of linearizability, word for word, with a register of its own. For a handful of
 * operations.
 */
final class BruteForce {
  private BruteForce() {}

  static boolean linearizable(List<Op> ops) {
    List<Op> open = ops.stream().filter(op -> op.outcome() == Op.Outcome.UNKNOWN).toList();
    for (int choice = 0; choice < 1 << open.size(); choice++) {
      List<Op> happened = new ArrayList<>(ops);
      for (int i = 0; i < open.size(); i++) {
        if ((choice & 1 << i) == 0) {
          happened.remove(open.get(i));
        }
      }
      if (someOrder(happened, new ArrayList<>())) {
        return true;
      }
    }
    return false;
  }

  private static boolean someOrder(List<Op> left, List<Op> order) {
    if (left.isEmpty()) {
      return legal(order);
    }
    for (Op op : left) {
      boolean mayBeNext = left.stream().noneMatch(other -> other.endNs() < op.startNs());
      if (mayBeNext) {
        List<Op> rest = new ArrayList<>(left);
        rest.remove(op);
        order.add(op);
        boolean found = someOrder(rest, order);
        order.removeLast();
        if (found) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean legal(List<Op> order) {
    String value = "";
    for (Op op : order) {
      boolean refused = op.outcome() == Op.Outcome.REFUSED;
      boolean unknown = op.outcome() == Op.Outcome.UNKNOWN;
      if (op.call() instanceof Call.Get && !op.seen().equals(value)) {
        return false;
      } else if (op.call() instanceof Call.Put(String next)) {
        value = next;
      } else if (op.call() instanceof Call.Delete) {
        if (refused && !value.isEmpty()) {
          return false;
        }
        value = "";
      } else if (op.call() instanceof Call.CompareAndSet(String expected, String next)) {
        boolean holds = expected.equals(value);
        if (!unknown && holds == refused) {
          return false;
        }
        value = holds ? next : value;
      }
    }
    return true;
  }
}
