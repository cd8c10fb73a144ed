package io.hawser.drill.linear;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Calls and returns in the order of time, as a doubly linked list in arrays. Call i is event i, the
 * return of operation i is event n + i; two more are the list's ends. Not thread-safe.
 */
final class Events {
  static final int NONE = -1;

  private final int count;
  private final int head;
  private final int tail;
  private final int[] next;
  private final int[] previous;
  private final boolean[] open;

  private Events(List<Op> ops) {
    count = ops.size();
    head = 2 * count;
    tail = head + 1;
    next = new int[2 * count + 2];
    previous = new int[2 * count + 2];
    open = new boolean[count];
    for (int i = 0; i < count; i++) {
      open[i] = ops.get(i).open();
    }
  }

  static Events of(List<Op> ops) {
    Events events = new Events(ops);
    // At the same instant calls come first: such operations may have overlapped.
    int[] order =
        IntStream.range(0, 2 * events.count)
            .filter(e -> e < events.count || !events.open[e - events.count])
            .boxed()
            .sorted(
                Comparator.comparingLong((Integer e) -> events.timeNs(ops, e))
                    .thenComparing(e -> e >= events.count)
                    .thenComparing(e -> e))
            .mapToInt(Integer::intValue)
            .toArray();
    int last = events.head;
    for (int event : order) {
      events.link(last, event);
      last = event;
    }
    events.link(last, events.tail);
    return events;
  }

  private long timeNs(List<Op> ops, int event) {
    return event < count ? ops.get(event).startNs() : ops.get(event - count).endNs();
  }

  private void link(int a, int b) {
    next[a] = b;
    previous[b] = a;
  }

  /** The first event; {@link #NONE} when all are lifted. */
  int first() {
    return after(head);
  }

  int after(int event) {
    int following = next[event];
    return following == tail ? NONE : following;
  }

  boolean isCall(int event) {
    return event < count;
  }

  /** The operation that an event belongs to. */
  int op(int event) {
    return event < count ? event : event - count;
  }

  /** Takes an operation out. */
  void lift(int op) {
    unlink(op);
    if (!open[op]) {
      unlink(count + op);
    }
  }

  /** Puts the operation back that was lifted last. */
  void unlift(int op) {
    if (!open[op]) {
      relink(count + op);
    }
    relink(op);
  }

  private void unlink(int event) {
    next[previous[event]] = next[event];
    previous[next[event]] = previous[event];
  }

  private void relink(int event) {
    next[previous[event]] = event;
    previous[next[event]] = event;
  }
}
