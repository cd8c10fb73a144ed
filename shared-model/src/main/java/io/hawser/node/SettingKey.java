package io.hawser.node;

import java.util.Locale;
import java.util.function.Function;

/**
 * A setting: its name, what it may be, and what it is when nobody says. The unit stands in the
 * name.
 *
 * @param parser turns text into the value
 * @param doc one sentence for the reference
 */
public record SettingKey<T>(String name, T defaultValue, Function<String, T> parser, String doc) {

  public static SettingKey<String> text(String name, String defaultValue, String doc) {
    return new SettingKey<>(name, defaultValue, s -> s, doc);
  }

  public static SettingKey<Integer> integer(
      String name, int defaultValue, int min, int max, String doc) {
    return new SettingKey<>(name, defaultValue, s -> (int) number(name, s, min, max), doc);
  }

  public static SettingKey<Long> millis(
      String name, long defaultValue, long min, long max, String doc) {
    return new SettingKey<>(name, defaultValue, s -> number(name, s, min, max), doc);
  }

  public static SettingKey<Boolean> flag(String name, boolean defaultValue, String doc) {
    return new SettingKey<>(name, defaultValue, s -> bool(name, s), doc);
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
