package io.hawser.drill.wire;

/** Looks values up in the head of an answer, each line of which begins with a line feed. */
final class Heads {
  private Heads() {}

  /** The value of the first header of this name, in any case; empty when there is none. */
  static String value(String head, String name) {
    int length = name.length();
    for (int at = head.indexOf('\n'); at >= 0; at = head.indexOf('\n', at + 1)) {
      int colon = at + 1 + length;
      if (colon < head.length()
          && head.charAt(colon) == ':'
          && head.regionMatches(true, at + 1, name, 0, length)) {
        int end = head.indexOf('\n', colon);
        return head.substring(colon + 1, end < 0 ? head.length() : end).strip();
      }
    }
    return "";
  }
}
