package io.hawser.drill.linear;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One depth-first search. The operations that are not placed yet are a linked list of events, calls
 * and returns in the order of time; an operation may be placed next when its call comes before the
 * first return in the list. An operation with an open end has no return. Not thread-safe.
 */
final class Search {
  /** How it ended. */
  enum End {
    FOUND,
    NONE,
    GIVEN_UP
  }

  /** One placement, to be taken back: the event, and the value before it. */
  private record Placed(int event, String value, boolean opens) {}

  private final List<Op> ops;
  private final Events events;
  private final Tried tried;
  private final int maxConfigurations;
  private final Deque<Placed> placed = new ArrayDeque<>();
  private int closedLeft;
  private int furthest = -1;
  private int furthestOp;
  private String furthestValue = Call.ABSENT;

  /**
   * @param ops in the order of their starts
   */
  Search(List<Op> ops, int maxConfigurations) {
    this.ops = ops;
    this.events = Events.of(ops);
    this.tried = new Tried(ops.size());
    this.maxConfigurations = maxConfigurations;
    this.closedLeft = (int) ops.stream().filter(op -> !op.open()).count();
  }

  int configurations() {
    return tried.size();
  }

  /** The operation whose return stopped the placement that came furthest. */
  int furthestOp() {
    return furthestOp;
  }

  String furthestValue() {
    return furthestValue;
  }

  End run() {
    String value = Call.ABSENT;
    boolean opens = false;
    int event = events.first();
    while (closedLeft > 0) {
      if (tried.size() > maxConfigurations) {
        return End.GIVEN_UP;
      }
      if (event != Events.NONE && events.isCall(event)) {
        String next = place(event, value, opens);
        if (next == null) {
          event = events.after(event);
        } else {
          value = next;
          opens = false;
          event = events.first();
        }
      } else if (!opens) {
        // Those with an answer have all been tried at this place: now those without.
        opens = true;
        noteStop(event, value);
        event = events.first();
      } else if (placed.isEmpty()) {
        return End.NONE;
      } else {
        Placed last = takeBack();
        value = last.value();
        opens = last.opens();
        event = events.after(last.event());
      }
    }
    return End.FOUND;
  }

  /** Places an operation when it can be; returns the value after it, null when it cannot. */
  private @Nullable String place(int event, String value, boolean opens) {
    int index = events.op(event);
    Op op = ops.get(index);
    String next = op.open() == opens ? Register.step(value, op) : null;
    // An unanswered operation that changes nothing may as well not have happened.
    if (next == null || (opens && next.equals(value))) {
      return null;
    }
    if (!tried.add(index, op.open(), next)) {
      return null;
    }
    placed.push(new Placed(event, value, opens));
    events.lift(index);
    closedLeft -= op.open() ? 0 : 1;
    return next;
  }

  private Placed takeBack() {
    Placed last = placed.pop();
    int index = events.op(last.event());
    boolean open = ops.get(index).open();
    tried.remove(index, open);
    events.unlift(index);
    closedLeft += open ? 0 : 1;
    return last;
  }

  private void noteStop(int event, String value) {
    if (event != Events.NONE && placed.size() > furthest) {
      furthest = placed.size();
      furthestOp = events.op(event);
      furthestValue = value;
    }
  }
}
