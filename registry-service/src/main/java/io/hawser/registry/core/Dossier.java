package io.hawser.registry.core;

import io.hawser.model.DetectionMessage.Opinion;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * What an observer has seen of one instance lately, in words, to go with a verdict. Not
 * thread-safe: owned by one verticle. Soft state.
 */
final class Dossier {
  /** How many observations go with a verdict, and how long each may be in characters. */
  static final int MAX_EVIDENCE = 5;

  static final int MAX_OBSERVATION = 200;

  private final ArrayDeque<String> seen = new ArrayDeque<>(0);

  void observe(String what, Now now) {
    if (seen.size() >= MAX_EVIDENCE) {
      seen.removeFirst();
    }
    seen.addLast(cut(Instant.ofEpochMilli(now.wallMs()) + " " + what));
  }

  /** What the others say, and what was seen here. */
  List<String> with(Testimony testimony) {
    List<String> all = new ArrayList<>();
    for (Testimony.Held held : testimony.all()) {
      if (all.size() + seen.size() < MAX_EVIDENCE + 2) {
        all.add(cut(held.from() + " " + word(held.opinion()) + ": " + held.opinion().reason()));
      }
    }
    all.addAll(seen);
    return List.copyOf(all);
  }

  /** An opinion in a word. */
  static String word(Opinion opinion) {
    return switch (opinion.ballot()) {
      case NOTHING -> opinion.weight() > 0 ? "has seen it fail once" : "has seen nothing";
      case ALIVE -> "sees it alive";
      case WORKS -> "sees it work";
      case DOUBT -> "doubts it";
      case FAILS -> "sees it fail";
    };
  }

  private static String cut(String text) {
    return text.substring(0, Math.min(text.length(), MAX_OBSERVATION));
  }
}
