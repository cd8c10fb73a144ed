package io.hawser.protocol;

import io.hawser.model.Facet;
import io.hawser.model.Facet.FailoverGuard;
import io.hawser.model.Facet.Incident;
import io.hawser.model.Facet.IncidentStep;
import io.hawser.model.FacetKey;
import io.hawser.protocol.Ledger.Line;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Puts a state into words, without what makes no difference: revisions are as good as others with
 * the same order, and the wall clock stands still, so that records have no times. For one state.
 */
final class Identity {
  private static final Map<Facet, String> WORDS = new HashMap<>();

  private final SortedSet<Long> terms = new TreeSet<>();

  void term(long term) {
    boolean unused = terms.add(term);
  }

  int rank(long term) {
    return terms.headSet(term).size();
  }

  static String words(Map<FacetKey, Line> records) {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(named(records))
        .forEach((key, line) -> text.append(key).append('=').append(word(line.value())));
    return text.toString();
  }

  /** What one has of what another one has otherwise, and whether that has been written since. */
  String differing(Map<FacetKey, Line> book, Map<FacetKey, Line> store) {
    StringBuilder text = new StringBuilder("but ");
    Map<String, Line> mine = named(book);
    new TreeMap<>(named(store))
        .forEach(
            (key, line) -> {
              Line other = mine.get(key);
              if (other == null) {
                text.append(key).append(" is new ");
              } else if (other.revision() != line.revision()) {
                text.append(key).append(" was ").append(word(other.value()));
              }
            });
    return text.toString();
  }

  private static Map<String, Line> named(Map<FacetKey, Line> records) {
    Map<String, Line> named = new HashMap<>();
    records.forEach((key, line) -> named.put(key.kind() + key.name(), line));
    return named;
  }

  static String word(Facet facet) {
    return WORDS.computeIfAbsent(facet, Identity::made);
  }

  private static String made(Facet facet) {
    return switch (facet) {
      case Incident i ->
          "["
              + i.failed()
              + i.phase()
              + i.candidate()
              + i.tried()
              + i.epoch().value()
              + i.recovery()
              + i.attempt()
              + i.steps().stream().map(Identity::made).collect(Collectors.joining(","))
              + "]";
      case FailoverGuard g ->
          "["
              + g.epoch().value()
              + "/"
              + g.failoversAtMs().size()
              + "/"
              + g.strikes()
              + "/"
              + g.blockedUntilMs()
              + "]";
      default -> "[" + facet + "]";
    };
  }

  private static String made(IncidentStep step) {
    return step.name().equals("held") ? step.name() + step.note() : step.name();
  }
}
