package io.hawser.balancer.wire;

/** Walks a list of tokens that commas separate. */
final class Tokens {
  private final byte[] bytes;
  private final int end;
  private int at;
  private int from;
  private int to;

  Tokens(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
  }

  /** Goes to the next one; false when there is none. */
  boolean next() {
    while (at < end) {
      from = at;
      while (at < end && bytes[at] != ',') {
        at++;
      }
      to = at;
      at++;
      while (from < to && blank(bytes[from])) {
        from++;
      }
      while (to > from && blank(bytes[to - 1])) {
        to--;
      }
      if (to > from) {
        return true;
      }
    }
    return false;
  }

  /** Whether it is this one, given in lower case. */
  boolean is(String lower) {
    if (to - from != lower.length()) {
      return false;
    }
    for (int i = 0; i < lower.length(); i++) {
      if (lower(bytes[from + i]) != lower.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  boolean is(byte[] other, int start, int stop) {
    if (to - from != stop - start) {
      return false;
    }
    for (int i = 0; i < to - from; i++) {
      if (lower(bytes[from + i]) != lower(other[start + i])) {
        return false;
      }
    }
    return true;
  }

  boolean endsWith(String tail) {
    int shift = to - from - tail.length();
    if (shift < 0) {
      return false;
    }
    for (int i = 0; i < tail.length(); i++) {
      if (bytes[from + shift + i] != tail.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static boolean blank(byte b) {
    return b == ' ' || b == '\t';
  }

  private static int lower(int c) {
    return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
  }
}
