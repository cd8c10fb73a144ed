package io.hawser.gateway.json;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A place in a body, and where to note what is wrong there.
 *
 * @param name what the place is called in sentences
 * @param violations shared by all places of one body
 */
record Spot(String pointer, String name, List<Violation> violations) {
  private static final int MAX_SHOWN = 64;

  /** The most violations that are told at once; what comes after them is not noted. */
  private static final int MAX_TOLD = 20;

  static Spot body(List<Violation> violations) {
    return new Spot("", "the body", violations);
  }

  Spot field(String field) {
    return new Spot(pointer + "/" + escaped(field), field, violations);
  }

  Spot item(int index) {
    return new Spot(pointer + "/" + index, "each of " + name, violations);
  }

  /**
   * @param fault the end of a sentence that starts with the name of the place
   */
  void refuse(String code, String fault) {
    if (!full()) {
      violations.add(new Violation(pointer, code, name + " " + fault));
    }
  }

  /** Whether nothing more will be noted. */
  boolean full() {
    return violations.size() >= MAX_TOLD;
  }

  void wrongType(String wanted, Object got) {
    refuse("wrong-type", "must be " + wanted + ", got " + kind(got));
  }

  /** The name of a JSON value's type, with its article. */
  static String kind(@Nullable Object value) {
    return switch (value) {
      case null -> "null";
      case String ignored -> "a string";
      case Number ignored -> "a number";
      case Boolean ignored -> "a boolean";
      case List<?> ignored -> "an array";
      default -> "an object";
    };
  }

  private static String escaped(String field) {
    String shown = field.length() > MAX_SHOWN ? field.substring(0, MAX_SHOWN) + "..." : field;
    return shown.replace("~", "~0").replace("/", "~1");
  }
}
