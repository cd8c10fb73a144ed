package io.hawser.gateway.core;

import io.hawser.gateway.json.Closest;
import io.hawser.gateway.json.Problem;
import io.hawser.gateway.json.Text;
import io.hawser.gateway.json.Words;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The query of a URL. Each parameter may be given once; one that the endpoint does not know is
 * refused. Immutable.
 */
public final class Query {
  private static final int MAX_PARAMETERS = 32;
  private static final long DEFAULT_WAIT_MS = 30_000;
  private static final long MAX_WAIT_MS = 600_000;

  /**
   * After this long a wait ends whatever was asked for, as the server, and most proxies, close a
   * connection on which nothing moves; who still wants to wait asks again.
   */
  private static final long MAX_SILENCE_MS = 60_000;

  private final Map<String, String> values;

  private Query(Map<String, String> values) {
    this.values = values;
  }

  /**
   * @param raw without the question mark, not decoded; null when the URL has none
   * @throws Problem {@code bad-encoding}, {@code duplicate-parameter} or {@code too-many}
   */
  public static Query parse(@Nullable String raw) {
    Map<String, String> values = new LinkedHashMap<>();
    if (raw == null || raw.isEmpty()) {
      return new Query(values);
    }
    String[] parts = raw.split("&", MAX_PARAMETERS + 1);
    if (parts.length > MAX_PARAMETERS) {
      throw Problem.of(400, "too-many", "a query has at most " + MAX_PARAMETERS + " parameters");
    }
    for (String part : parts) {
      String[] pair = part.split("=", 2);
      String name = Percent.decode(pair[0], true);
      String value = pair.length == 2 ? Percent.decode(pair[1], true) : "";
      if (!part.isEmpty() && values.put(name, value) != null) {
        throw Problem.of(
            400, "duplicate-parameter", "a query parameter is given twice: " + shown(name));
      }
    }
    return new Query(values);
  }

  /**
   * @throws Problem {@code unknown-parameter} when there is one that is not among these
   */
  public void allowOnly(List<String> names) {
    for (String name : values.keySet()) {
      if (!names.contains(name)) {
        String hint = names.isEmpty() ? "this endpoint takes none" : Closest.hint(name, names);
        throw Problem.of(
            400, "unknown-parameter", "no query parameter " + shown(name) + " here; " + hint);
      }
    }
  }

  public boolean has(String name) {
    return values.containsKey(name);
  }

  public Optional<String> text(String name, Text rule) {
    Optional<String> value = Optional.ofNullable(values.get(name));
    Optional<String> fault = value.flatMap(rule::fault);
    if (fault.isPresent()) {
      throw bad(name, fault.get());
    }
    return value;
  }

  public boolean flag(String name) {
    String value = values.getOrDefault(name, "false");
    return switch (value) {
      case "true" -> true;
      case "false" -> false;
      default -> throw bad(name, "must be true or false");
    };
  }

  public long integer(String name, long min, long max, long otherwise) {
    String value = values.get(name);
    if (value == null) {
      return otherwise;
    }
    String range = "must be a whole number, " + min + " to " + max;
    try {
      long number = Long.parseLong(value);
      if (number < min || number > max) {
        throw bad(name, range);
      }
      return number;
    } catch (NumberFormatException e) {
      throw bad(name, range);
    }
  }

  /** How long to wait for a change at most: {@code wait}. */
  public long waitMs() {
    long asked = text("wait", Query::waitFault).map(Query::millis).orElse(DEFAULT_WAIT_MS);
    return Math.min(asked, MAX_SILENCE_MS);
  }

  private static Optional<String> waitFault(String text) {
    boolean legal = text.matches("[0-9]{1,9}(ms|s|m)?") && millis(text) <= MAX_WAIT_MS;
    return legal
        ? Optional.empty()
        : Optional.of("must be milliseconds, or a number with ms, s or m, and 10m at most");
  }

  private static long millis(String text) {
    String number = text.replaceAll("[a-z]+", "");
    long unit =
        switch (text.substring(number.length())) {
          case "s" -> 1_000;
          case "m" -> 60_000;
          default -> 1;
        };
    return Long.parseLong(number) * unit;
  }

  public <E extends Enum<E>> Optional<E> word(String name, Class<E> type) {
    String value = values.get(name);
    if (value == null) {
      return Optional.empty();
    }
    Optional<E> constant = Words.parse(type, value);
    if (constant.isEmpty()) {
      throw bad(name, "does not know this word; " + Closest.hint(value, Words.all(type)));
    }
    return constant;
  }

  /**
   * What is wrong with a parameter.
   *
   * @param fault the end of a sentence that starts with its name
   */
  public static Problem bad(String name, String fault) {
    return Problem.of(400, "bad-parameter", "the query parameter " + name + " " + fault);
  }

  private static String shown(String name) {
    String clean = name.codePoints().anyMatch(Character::isISOControl) ? "(unprintable)" : name;
    return "'" + clean.substring(0, Math.min(clean.length(), 64)) + "'";
  }
}
