package io.hawser.drill.linear;

import java.util.List;

/** Whether the history of one key is linearizable. */
public sealed interface Verdict {
  /** There is an order of the operations that explains all that was seen. */
  record Linearizable() implements Verdict {}

  /**
   * There is none.
   *
   * @param stuck the operation that no order gets past, of the orders that get furthest
   * @param value what the register held there
   * @param around the operations that overlap the one that is stuck, and those just before it
   */
  record Violation(Op stuck, String value, List<Op> around) implements Verdict {
    public Violation {
      around = List.copyOf(around);
    }

    /** For people: what could not be explained, and what happened around it. */
    public String text() {
      long originNs = around.stream().mapToLong(Op::startNs).min().orElse(stuck.startNs());
      StringBuilder text = new StringBuilder("key ").append(stuck.key());
      text.append(": no order explains '").append(stuck.line(originNs)).append("' with the value ");
      text.append(value.equals(Call.ABSENT) ? "absent" : value);
      around.forEach(op -> text.append("\n    ").append(op.line(originNs)));
      return text.toString();
    }
  }

  /** The search was given up: too many orders. */
  record Undecided(int configurations) implements Verdict {}
}
