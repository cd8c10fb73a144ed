package io.hawser.registry.core;

import io.hawser.model.DetectionMessage.Ballot;
import io.hawser.model.DetectionMessage.Opinion;
import io.hawser.model.NodeId;
import io.hawser.registry.core.panel.Panel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What the other observers of an instance have said of it lately. An observer that says nothing of
 * one that passes agrees that it does.
 *
 * <p>Not thread-safe: owned by one verticle. Soft state.
 */
final class Testimony {
  /** How often an observer says again what it has said, as long as it stands. */
  static final long REPEAT_NS = TimeUnit.MILLISECONDS.toNanos(500);

  /** When what was said and not said again counts no more. */
  private static final long VALID_NS = 4 * REPEAT_NS;

  record Held(NodeId from, Opinion opinion, long atNs) {}

  private final List<Held> held = new ArrayList<>(2);

  void hear(NodeId from, Opinion opinion, long nowNs) {
    held.removeIf(h -> h.from().equals(from));
    held.add(new Held(from, opinion, nowNs));
  }

  void forget() {
    held.clear();
  }

  void expire(long nowNs) {
    held.removeIf(h -> nowNs - h.atNs() > VALID_NS);
  }

  boolean isEmpty() {
    return held.isEmpty();
  }

  List<Held> all() {
    return held;
  }

  /** Those whose voice counts. */
  List<Held> counting(Panel panel, long nowNs) {
    return held.stream().filter(h -> panel.votes(h.from(), nowNs)).toList();
  }

  /** Whether anybody else holds something against it, be it one who distrusts itself. */
  boolean accused() {
    return held.stream().anyMatch(h -> accuses(h.opinion()));
  }

  static boolean accuses(Opinion opinion) {
    return opinion.weight() > 0
        || opinion.ballot() == Ballot.FAILS
        || opinion.ballot() == Ballot.DOUBT;
  }
}
