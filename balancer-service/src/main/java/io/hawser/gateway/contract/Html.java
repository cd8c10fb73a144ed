package io.hawser.gateway.contract;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Text as HTML. */
final class Html {
  private Html() {}

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  static String code(String text) {
    return "<code>" + escape(text) + "</code>";
  }

  static String link(String anchor, String text) {
    return "<a href=\"#" + escape(anchor) + "\">" + escape(text) + "</a>";
  }

  /** One line of a description: what stands between backticks becomes code. */
  static String line(String text) {
    String[] parts = text.split("`", -1);
    StringBuilder html = new StringBuilder();
    for (int i = 0; i < parts.length; i++) {
      html.append(i % 2 == 1 ? code(parts[i]) : escape(parts[i]));
    }
    return html.toString();
  }

  /** A description: paragraphs are parted by empty lines. */
  static String prose(String text) {
    return Arrays.stream(text.split("\n\n", -1))
        .filter(paragraph -> !paragraph.isBlank())
        .map(paragraph -> "<p>" + line(paragraph.strip()) + "</p>\n")
        .collect(Collectors.joining());
  }

  static String anchor(String text) {
    return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
  }
}
