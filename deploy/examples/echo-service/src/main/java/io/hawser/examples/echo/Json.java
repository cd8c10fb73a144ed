package io.hawser.examples.echo;

import java.util.Locale;

/**
 * Writes one JSON object, member by member. Enough for what this example sends, without a library.
 */
final class Json {
  private final StringBuilder text = new StringBuilder("{");

  private Json() {}

  static Json object() {
    return new Json();
  }

  Json put(String name, String value) {
    return raw(name, quote(value));
  }

  Json put(String name, long value) {
    return raw(name, Long.toString(value));
  }

  Json put(String name, double value) {
    return raw(name, String.format(Locale.ROOT, "%.4f", Double.isFinite(value) ? value : 0));
  }

  /** Adds a member whose value is JSON already. */
  Json raw(String name, String json) {
    if (text.length() > 1) {
      text.append(',');
    }
    text.append(quote(name)).append(':').append(json);
    return this;
  }

  String end() {
    return text + "}";
  }

  private static String quote(String value) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"', '\\' -> quoted.append('\\').append(c);
        default -> {
          if (c < 0x20 || c == 0x7f) {
            quoted.append(String.format("\\u%04x", (int) c));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }
}
