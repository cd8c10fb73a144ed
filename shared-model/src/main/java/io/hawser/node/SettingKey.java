package io.hawser.node;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * A setting: its name, what it may be, and what it is when nobody says. The unit stands in the
 * name.
 *
 * @param parser turns text into the value
 * @param doc one sentence for the reference
 * @param defaultText the default as one would write it
 * @param legal what may be written, in words
 */
public record SettingKey<T>(
    String name,
    T defaultValue,
    Function<String, T> parser,
    String doc,
    String defaultText,
    String legal) {

  /** A setting with rules of its own, which its sentence explains. */
  public SettingKey(String name, T defaultValue, Function<String, T> parser, String doc) {
    this(name, defaultValue, parser, doc, String.valueOf(defaultValue), "");
  }

  public static SettingKey<String> text(String name, String defaultValue, String doc) {
    return new SettingKey<>(name, defaultValue, s -> s, doc, defaultValue, "text");
  }

  /** One of a few words. */
  public static SettingKey<String> choice(
      String name, String defaultValue, List<String> words, String doc) {
    String legal = String.join(" | ", words);
    return new SettingKey<>(
        name, defaultValue, s -> word(name, s, words), doc, defaultValue, legal);
  }

  public static SettingKey<Integer> integer(
      String name, int defaultValue, int min, int max, String doc) {
    return new SettingKey<>(
        name,
        defaultValue,
        s -> (int) number(name, s, min, max),
        doc,
        Integer.toString(defaultValue),
        range(min, max));
  }

  public static SettingKey<Long> millis(
      String name, long defaultValue, long min, long max, String doc) {
    return new SettingKey<>(
        name,
        defaultValue,
        s -> number(name, s, min, max),
        doc,
        Long.toString(defaultValue),
        range(min, max));
  }

  public static SettingKey<Boolean> flag(String name, boolean defaultValue, String doc) {
    return new SettingKey<>(
        name,
        defaultValue,
        s -> bool(name, s),
        doc,
        Boolean.toString(defaultValue),
        "true | false");
  }

  private static String range(long min, long max) {
    return max == Long.MAX_VALUE ? min + " or more" : min + " to " + max;
  }

  private static String word(String name, String text, List<String> words) {
    String word = text.strip().toLowerCase(Locale.ROOT);
    if (!words.contains(word)) {
      throw new IllegalArgumentException(
          name + " must be one of " + String.join(", ", words) + ", got '" + text + "'");
    }
    return word;
  }

  private static long number(String name, String text, long min, long max) {
    long value;
    try {
      value = Long.parseLong(text.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + " must be a whole number, got '" + text + "'", e);
    }
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + " must be " + min + " to " + max + ", got " + value);
    }
    return value;
  }

  private static boolean bool(String name, String text) {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "true", "yes", "on" -> true;
      case "false", "no", "off" -> false;
      default ->
          throw new IllegalArgumentException(name + " must be true or false, got '" + text + "'");
    };
  }
}
