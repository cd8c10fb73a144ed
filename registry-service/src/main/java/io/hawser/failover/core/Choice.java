package io.hawser.failover.core;

import io.hawser.model.Facet.Order;
import java.util.List;
import java.util.Optional;

/** Who may take the place in an incident: the pool, or the one that whoever ordered it chose. */
final class Choice {
  private Choice() {}

  static Optional<String> chosen(Case c) {
    return c.incident().order().map(Order::candidate).filter(chosen -> !chosen.isEmpty());
  }

  static boolean eligible(Case c) {
    String candidate = c.incident().candidate();
    return chosen(c).isPresent() ? whyNot(c, candidate).isEmpty() : pool(c).contains(candidate);
  }

  static Optional<String> whyNot(Case c, String candidate) {
    return Candidates.whyNot(c.snapshot(), c.failed(), candidate, c.incident().tried(), c.wallMs());
  }

  static List<String> pool(Case c) {
    return Candidates.of(c.snapshot(), c.failed(), c.incident().tried(), c.wallMs());
  }
}
