package io.hawser.storage.placement;

import io.hawser.storage.placement.Step.Asked;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What nodes were asked for lately and did not do. Each time they are asked again later: what one
 * node cannot do holds up nothing else. Who does not do it again and again is asked no more for a
 * while. Soft state: who leads next learns it anew. Pure. Not thread-safe: owned by the caretaker.
 */
public final class Refusals {
  /** After the first refusal; most often it goes on without being asked again. */
  static final long FIRST_NS = TimeUnit.SECONDS.toNanos(1);

  /** Each is that many times longer than the one before. */
  private static final int GROWTH = 4;

  static final long LONGEST_NS = TimeUnit.SECONDS.toNanos(30);

  /** From so many on in a row it is no accident. */
  static final int STUBBORN = 4;

  /** Without a further refusal. */
  static final long FORGET_NS = TimeUnit.MINUTES.toNanos(10);

  private record Last(long atNs, int count) {
    long holdsNs() {
      long holds = FIRST_NS;
      for (int i = 1; i < count && holds < LONGEST_NS; i++) {
        holds *= GROWTH;
      }
      return Math.min(holds, LONGEST_NS);
    }
  }

  private final Map<Asked, Last> last = new HashMap<>();

  /** It was not done. */
  public void refused(Step step, long nowNs) {
    forget(nowNs);
    for (Asked asked : step.asks()) {
      Last before = last.getOrDefault(asked, new Last(nowNs, 0));
      var unused = last.put(asked, new Last(nowNs, before.count() + 1));
    }
  }

  /** It was done. */
  public void done(Step step) {
    step.asks().forEach(last::remove);
  }

  /** What is not to be asked for now. */
  public Set<Asked> recent(long nowNs) {
    return where(nowNs, refusal -> nowNs - refusal.atNs() < refusal.holdsNs());
  }

  /** What was refused again and again. */
  public Set<Asked> stubborn(long nowNs) {
    return where(nowNs, refusal -> refusal.count() >= STUBBORN);
  }

  private Set<Asked> where(long nowNs, Predicate<Last> which) {
    forget(nowNs);
    return last.entrySet().stream()
        .filter(e -> which.test(e.getValue()))
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  private void forget(long nowNs) {
    last.values().removeIf(refusal -> nowNs - refusal.atNs() > FORGET_NS);
  }
}
