package io.hawser.gateway.json;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The shapes that values in bodies have. */
public final class Shapes {
  public static final Shape<Boolean> FLAG =
      new Shape<>(false, (raw, spot) -> as(Boolean.class, "true or false", raw, spot));

  /** A date with its offset, as ISO 8601 writes it. */
  public static final Shape<Instant> INSTANT = new Shape<>(Instant.EPOCH, Shapes::readInstant);

  private static final Pattern RFC_3339 =
      Pattern.compile(
          "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?(Z|[+-]\\d\\d:\\d\\d)");

  private Shapes() {}

  public static Shape<String> text(Text rule) {
    return new Shape<>(
        "",
        (raw, spot) ->
            as(String.class, "a string", raw, spot).filter(text -> obeys(rule, text, spot)));
  }

  private static boolean obeys(Text rule, String text, Spot spot) {
    Optional<String> fault = rule.fault(text);
    fault.ifPresent(f -> spot.refuse("bad-value", f));
    return fault.isEmpty();
  }

  /** A whole number; {@code 1.0} is one. */
  public static Shape<Integer> integer(int min, int max) {
    return new Shape<>(min, (raw, spot) -> whole(raw, spot, min, max).map(Long::intValue));
  }

  public static Shape<Long> longInteger(long min, long max) {
    return new Shape<>(min, (raw, spot) -> whole(raw, spot, min, max));
  }

  private static Optional<Long> whole(Object raw, Spot spot, long min, long max) {
    Optional<Number> number = as(Number.class, "a whole number", raw, spot);
    if (number.isEmpty()) {
      return Optional.empty();
    }
    double value = number.get().doubleValue();
    if (value != Math.rint(value)) {
      spot.refuse("wrong-type", "must be a whole number, got " + value);
      return Optional.empty();
    }
    if (value < min || value > max) {
      spot.refuse("out-of-range", "must be " + min + " to " + max + ", got " + raw);
      return Optional.empty();
    }
    return Optional.of(number.get().longValue());
  }

  public static Shape<Double> number(double min, double max) {
    return new Shape<>(
        min,
        (raw, spot) ->
            as(Number.class, "a number", raw, spot)
                .filter(n -> in(n, min, max, spot))
                .map(Number::doubleValue));
  }

  private static boolean in(Number number, double min, double max, Spot spot) {
    double value = number.doubleValue();
    boolean fits = Double.isFinite(value) && value >= min && value <= max;
    if (!fits) {
      String limits = max == Double.MAX_VALUE ? "a finite number" : min + " to " + max;
      spot.refuse("out-of-range", "must be " + limits + ", got " + number);
    }
    return fits;
  }

  /** One of the words of an enum. */
  public static <E extends Enum<E>> Shape<E> word(Class<E> type) {
    return new Shape<>(
        type.getEnumConstants()[0],
        (raw, spot) ->
            as(String.class, "a string", raw, spot).flatMap(w -> readWord(type, w, spot)));
  }

  private static <E extends Enum<E>> Optional<E> readWord(Class<E> type, String word, Spot spot) {
    Optional<E> constant = Words.parse(type, word);
    if (constant.isEmpty()) {
      spot.refuse("bad-value", "does not know this word; " + Closest.hint(word, Words.all(type)));
    }
    return constant;
  }

  private static Optional<Instant> readInstant(Object raw, Spot spot) {
    Optional<String> text = as(String.class, "a string", raw, spot);
    try {
      if (text.isEmpty() || RFC_3339.matcher(text.get()).matches()) {
        return text.map(OffsetDateTime::parse).map(OffsetDateTime::toInstant);
      }
    } catch (DateTimeException e) {
      // Such as the 30th of February: refused below.
    }
    spot.refuse("bad-value", "must be a date and time like 2027-01-31T12:00:00Z");
    return Optional.empty();
  }

  /** An object whose values are texts. */
  public static Shape<Map<String, String>> texts(int max, Text keys, Text values) {
    return new Shape<>(Map.of(), (raw, spot) -> readTexts(max, keys, values, raw, spot));
  }

  private static Optional<Map<String, String>> readTexts(
      int max, Text keys, Text values, Object raw, Spot spot) {
    if (!(raw instanceof Map<?, ?> map)) {
      spot.wrongType("an object", raw);
      return Optional.empty();
    }
    if (tooMany(map.size(), max, spot)) {
      return Optional.empty();
    }
    Map<String, String> texts = new LinkedHashMap<>();
    map.forEach(
        (key, value) -> {
          String name = String.valueOf(key);
          if (obeys(
              keys,
              name,
              new Spot(
                  spot.field(name).pointer(), "this key of " + spot.name(), spot.violations()))) {
            texts.put(name, item(text(values), value, spot.field(name)));
          }
        });
    return Optional.of(texts);
  }

  /** An array. */
  public static <T> Shape<List<T>> list(int max, Shape<T> items) {
    return new Shape<>(List.of(), (raw, spot) -> readList(max, items, raw, spot));
  }

  private static <T> Optional<List<T>> readList(int max, Shape<T> items, Object raw, Spot spot) {
    if (!(raw instanceof List<?> list)) {
      spot.wrongType("an array", raw);
      return Optional.empty();
    }
    if (tooMany(list.size(), max, spot)) {
      return Optional.empty();
    }
    List<T> results = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      results.add(item(items, list.get(i), spot.item(i)));
    }
    return Optional.of(results);
  }

  private static <T> T item(Shape<T> shape, @Nullable Object raw, Spot spot) {
    if (raw == null) {
      spot.refuse("wrong-type", "must not be null");
      return shape.placeholder();
    }
    return shape.read(raw, spot);
  }

  /**
   * An object with fields of its own.
   *
   * @param reader also gets an object without fields, for a placeholder: it must not throw
   */
  public static <T> Shape<T> object(Function<Fields, T> reader) {
    T placeholder = reader.apply(new Fields(Map.of(), Spot.body(new ArrayList<>())));
    return new Shape<>(
        placeholder,
        (raw, spot) -> {
          if (raw instanceof Map<?, ?> map) {
            Fields fields = new Fields(map, spot);
            T result = reader.apply(fields);
            fields.refuseUnknown();
            return Optional.of(result);
          }
          spot.wrongType("an object", raw);
          return Optional.empty();
        });
  }

  private static boolean tooMany(int size, int max, Spot spot) {
    if (size > max) {
      spot.refuse("too-many", "must have at most " + max + " entries, it has " + size);
    }
    return size > max;
  }

  private static <T> Optional<T> as(Class<T> type, String wanted, Object raw, Spot spot) {
    if (type.isInstance(raw)) {
      return Optional.of(type.cast(raw));
    }
    spot.wrongType(wanted, raw);
    return Optional.empty();
  }
}
