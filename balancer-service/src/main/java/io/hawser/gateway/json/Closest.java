package io.hawser.gateway.json;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds what somebody may have meant. */
public final class Closest {
  private static final int MAX_EDITS = 2;
  private static final int MAX_LENGTH = 64;

  private Closest() {}

  /** The candidate that is at most two edits away, the nearest first. */
  public static Optional<String> to(String typed, Collection<String> candidates) {
    if (typed.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    return candidates.stream()
        .filter(c -> edits(typed, c) <= Math.min(MAX_EDITS, c.length() / 2))
        .min(Comparator.comparingInt((String c) -> edits(typed, c)).thenComparing(c -> c));
  }

  /** A sentence that proposes the closest candidate and names them all. */
  public static String hint(String typed, Collection<String> candidates) {
    String known = "known are: " + String.join(", ", candidates);
    return to(typed, candidates).map(c -> "did you mean '" + c + "'? " + known).orElse(known);
  }

  /** Levenshtein distance, letters of either case alike. */
  private static int edits(String a, String b) {
    String left = a.toLowerCase(Locale.ROOT);
    String right = b.toLowerCase(Locale.ROOT);
    int[] row = new int[right.length() + 1];
    for (int j = 0; j <= right.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= right.length(); j++) {
        int replaced = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[right.length()];
  }
}
