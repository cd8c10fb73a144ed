package io.hawser.bench.gateway.raw;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Whether a request, as an origin got it, can be read in one way only. */
final class Strict {
  private static final Pattern START =
      Pattern.compile("[!#$%&'*+\\-.^_`|~0-9A-Za-z]+ [\\x21-\\x7e]+ HTTP/1\\.[01]");
  private static final Pattern FIELD =
      Pattern.compile("[!#$%&'*+\\-.^_`|~0-9A-Za-z]+:[\\t\\x20-\\x7e\\x80-\\xff]*");
  private static final Pattern CHUNK = Pattern.compile("[0-9A-Fa-f]{1,12}");

  private Strict() {}

  /** What makes it ambiguous; empty when nothing does. */
  static Optional<String> ambiguity(String raw) {
    int end = raw.indexOf("\r\n\r\n");
    if (end < 0) {
      return Optional.of("no end of the head");
    }
    String[] lines = raw.substring(0, end).split("\r\n", -1);
    if (!START.matcher(lines[0]).matches()) {
      return Optional.of("first line: " + lines[0]);
    }
    List<String> lengths = new ArrayList<>();
    List<String> codings = new ArrayList<>();
    int hosts = 0;
    for (int i = 1; i < lines.length; i++) {
      if (!FIELD.matcher(lines[i]).matches()) {
        return Optional.of("field: " + lines[i]);
      }
      String name = lines[i].substring(0, lines[i].indexOf(':')).toLowerCase(Locale.ROOT);
      String value = lines[i].substring(lines[i].indexOf(':') + 1).strip();
      switch (name.replace('_', '-')) {
        case "content-length" -> lengths.add(value);
        case "transfer-encoding" -> codings.add(value.toLowerCase(Locale.ROOT));
        case "host" -> hosts++;
        default -> hosts += 0;
      }
    }
    if (hosts != 1 && lines[0].endsWith("1.1")) {
      return Optional.of(hosts + " hosts");
    }
    return framing(lengths, codings, raw.substring(end + 4));
  }

  private static Optional<String> framing(List<String> lengths, List<String> codings, String body) {
    if (lengths.size() + codings.size() > 1) {
      return Optional.of("framing: " + lengths + codings);
    }
    if (!codings.isEmpty()) {
      return codings.get(0).equals("chunked") ? chunks(body) : Optional.of("coding: " + codings);
    }
    boolean digits = lengths.isEmpty() || lengths.get(0).matches("[0-9]{1,18}");
    return digits ? Optional.empty() : Optional.of("length: " + lengths);
  }

  private static Optional<String> chunks(String body) {
    String left = body;
    while (true) {
      int end = left.indexOf("\r\n");
      String size = end < 0 ? left : left.substring(0, end);
      int extension = size.indexOf(';');
      String digits = extension < 0 ? size : size.substring(0, extension);
      if (end < 0 || !CHUNK.matcher(digits).matches()) {
        return Optional.of("chunk: " + size);
      }
      int length = (int) Long.parseLong(digits, 16);
      if (length == 0) {
        return Optional.empty();
      }
      int next = end + 2 + length;
      if (left.length() < next + 2 || !left.startsWith("\r\n", next)) {
        return Optional.of("a chunk does not end where it says");
      }
      left = left.substring(next + 2);
    }
  }
}
