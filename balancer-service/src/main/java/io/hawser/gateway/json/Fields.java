package io.hawser.gateway.json;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a JSON object, each read under its shape. A field that is null counts as absent;
 * one that nobody asked for is refused.
 *
 * <p>A getter whose field is wrong notes the violation and returns a harmless value; {@link #body}
 * throws in the end, so that what was built from such values is never used. Not thread-safe.
 */
public final class Fields {
  private final Map<?, ?> values;
  private final Spot spot;
  private final Set<String> known = new LinkedHashSet<>();

  Fields(Map<?, ?> values, Spot spot) {
    this.values = values;
    this.spot = spot;
  }

  /**
   * What a whole body is.
   *
   * @throws Problem with everything that is wrong with it
   */
  public static <T> T body(@Nullable Object json, Shape<T> shape) {
    List<Violation> violations = new ArrayList<>();
    Spot spot = Spot.body(violations);
    T result = shape.placeholder();
    if (json == null) {
      spot.refuse("wrong-type", "must not be null");
    } else {
      result = shape.read(json, spot);
    }
    if (!violations.isEmpty()) {
      throw Problem.invalid(List.copyOf(violations));
    }
    return result;
  }

  public <T> T required(String name, Shape<T> shape) {
    Optional<T> value = optional(name, shape);
    if (value.isEmpty()) {
      refuse(name, "missing-field", "is missing");
    }
    return value.orElse(shape.placeholder());
  }

  public <T> T optional(String name, Shape<T> shape, T otherwise) {
    return optional(name, shape).orElse(otherwise);
  }

  public <T> Optional<T> optional(String name, Shape<T> shape) {
    boolean unused = known.add(name);
    Object raw = values.get(name);
    return raw == null ? Optional.empty() : Optional.of(shape.read(raw, spot.field(name)));
  }

  /**
   * Notes that a field breaks a rule of the caller's own.
   *
   * @param fault the end of a sentence that starts with the field's name
   */
  public void refuse(String name, String code, String fault) {
    spot.field(name).refuse(code, fault);
  }

  void refuseUnknown() {
    for (Object key : values.keySet()) {
      String name = String.valueOf(key);
      if (!spot.full() && !known.contains(name)) {
        refuse(name, "unknown-field", "is no field here; " + Closest.hint(name, known));
      }
    }
  }
}
