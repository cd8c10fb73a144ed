package io.hawser.drill.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A number that clients added one to by compare-and-set. Each acknowledged addition has made a
 * number of its own, and the last number is between those that were acknowledged and those that may
 * have happened. Thread-safe.
 */
public final class Counted {
  private final Map<Long, Integer> made = new TreeMap<>();
  private int unsure;

  /** An addition that made this number was acknowledged. */
  public synchronized void added(long number) {
    made.merge(number, 1, Integer::sum);
  }

  /** An addition may have happened. */
  public synchronized void unsure() {
    unsure++;
  }

  public synchronized int acknowledged() {
    return made.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** What is wrong, given the number that is there at the end: a line for each thing. */
  public synchronized List<String> wrong(long last) {
    List<String> wrong = new ArrayList<>();
    made.forEach(
        (number, times) -> {
          if (times > 1) {
            wrong.add(number + " was made " + times + " times");
          }
          if (number > last) {
            wrong.add(number + " was made and the last is " + last);
          }
        });
    long sure = acknowledged();
    if (last < sure || last > sure + unsure) {
      wrong.add("%d is not between %d and %d".formatted(last, sure, sure + unsure));
    }
    return wrong;
  }
}
