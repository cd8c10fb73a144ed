package io.hawser.drill.linear;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The configurations that a search has been in: which operations were placed, and the value after
 * them. One that has used up more of the unanswered operations than another, and is otherwise the
 * same, can do nothing that the other cannot: it counts as tried as well. Not thread-safe.
 */
final class Tried {
  /** The answered operations that are placed, and the value. */
  private record Configuration(BitSet closed, String value) {}

  private final Map<Configuration, List<long[]>> seen = new HashMap<>();
  private final BitSet closed;
  private final long[] open;
  private int size;

  Tried(int ops) {
    closed = new BitSet(ops);
    open = new long[(ops + Long.SIZE - 1) / Long.SIZE];
  }

  int size() {
    return size;
  }

  /** Places an operation; false, and it is not placed, when that leads to where we have been. */
  boolean add(int op, boolean isOpen, String value) {
    flip(op, isOpen);
    List<long[]> known =
        seen.computeIfAbsent(
            new Configuration((BitSet) closed.clone(), value), c -> new ArrayList<>(1));
    if (known.stream().anyMatch(this::coveredBy)) {
      flip(op, isOpen);
      return false;
    }
    known.add(open.clone());
    size++;
    return true;
  }

  /** Takes an operation out again that was placed. */
  void remove(int op, boolean isOpen) {
    flip(op, isOpen);
  }

  private void flip(int op, boolean isOpen) {
    if (isOpen) {
      open[op / Long.SIZE] ^= 1L << (op % Long.SIZE);
    } else {
      closed.flip(op);
    }
  }

  private boolean coveredBy(long[] fewer) {
    for (int i = 0; i < open.length; i++) {
      if ((fewer[i] & ~open[i]) != 0) {
        return false;
      }
    }
    return true;
  }
}
