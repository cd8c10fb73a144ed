package io.hawser.registry.core;

import io.hawser.model.DetectionMessage.Explanation;
import io.hawser.model.DetectionMessage.Opinion;
import io.hawser.model.DetectionMessage.Sight;
import io.hawser.model.NodeId;
import io.hawser.registry.core.panel.Panel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Everything that one observer has to say of an instance, put into words. Immutable.
 *
 * @param evictInNs when it is to be evicted, should it stay as it is
 */
record Account(
    Opinion own,
    List<Testimony.Held> others,
    List<NodeId> observers,
    Council.Case council,
    boolean heldBack,
    Optional<Long> evictInNs) {

  Explanation explain(Court court, String doubt, String rosterSource, Now now) {
    Panel panel = court.panel();
    List<Sight> sights = new ArrayList<>();
    for (NodeId node : observers) {
      sights.add(sight(node, panel, now));
    }
    return new Explanation(
        panel.self(),
        panel.writer(observers, now.ns()),
        panel.needed(),
        council.quorate(),
        List.copyOf(panel.roster()),
        rosterSource,
        sights,
        next(),
        notes(court, doubt));
  }

  private Sight sight(NodeId node, Panel panel, Now now) {
    if (node.equals(panel.self())) {
      String says = Dossier.word(own) + (panel.abstains() ? " (abstains)" : "");
      return new Sight(node, says, own.weight(), own.reason(), 0);
    }
    for (Testimony.Held held : others) {
      if (held.from().equals(node)) {
        String says =
            Dossier.word(held.opinion()) + (panel.votes(node, now.ns()) ? "" : " (not counted)");
        long ageMs = TimeUnit.NANOSECONDS.toMillis(now.ns() - held.atNs());
        return new Sight(node, says, held.opinion().weight(), held.opinion().reason(), ageMs);
      }
    }
    String says = panel.speaks(node, now.ns()) ? "has nothing to add" : "is not heard";
    return new Sight(node, says, 0, "", 0);
  }

  private String next() {
    State state = council.state();
    return switch (state) {
      case State.Starting ignored -> "the first beat or passing check brings it up";
      case State.Up ignored -> "nothing is held against it";
      case State.Suspect ignored -> suspectNext();
      case State.Down ignored ->
          "checks that pass, or beats, as several observers see them bring it back"
              + evictInNs.map(ns -> "; evicted in " + seconds(ns) + " s if not").orElse("");
      case State.Recovering ignored ->
          heldBack
              ? "it has flapped, and comes back once it has been quiet for a while"
              : "further passes in a row, or beats, bring it up";
    };
  }

  private String suspectNext() {
    int accusers = (int) council.others().stream().filter(Testimony::accuses).count();
    accusers += council.ownCounts() && Testimony.accuses(own) ? 1 : 0;
    long waitNs = Council.waitNs(Math.max(0, accusers - 1), council.voices() - 1);
    return "down when "
        + council.needed()
        + " observers agree ("
        + accusers
        + " hold something against it) and the suspicion has lasted "
        + TimeUnit.NANOSECONDS.toMillis(waitNs)
        + " ms (so far "
        + TimeUnit.NANOSECONDS.toMillis(council.suspectNs())
        + "); up again when nobody doubts it";
  }

  private List<String> notes(Court court, String doubt) {
    List<String> notes = new ArrayList<>();
    if (!council.quorate()) {
      notes.add("no majority of the registry roster is heard: nobody is called down or evicted");
    }
    if (!doubt.isEmpty()) {
      notes.add("abstains: " + doubt);
    }
    if (court.frozen()) {
      notes.add("mass failure: nothing is evicted");
    }
    return notes;
  }

  private static long seconds(long ns) {
    return Math.max(0, TimeUnit.NANOSECONDS.toSeconds(ns));
  }
}
