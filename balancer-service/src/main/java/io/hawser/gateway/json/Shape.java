package io.hawser.gateway.json;

import java.util.Optional;

/**
 * What a JSON value must look like, and what it then is in Java.
 *
 * @param placeholder stands in for a wrong value until the violations are thrown
 * @param reader takes a value that is not null; notes what is wrong and returns nothing then
 */
public record Shape<T>(T placeholder, Reader<T> reader) {
  /** Turns a JSON value into a Java one. */
  @FunctionalInterface
  interface Reader<T> {
    Optional<T> read(Object raw, Spot spot);
  }

  T read(Object raw, Spot spot) {
    return reader.read(raw, spot).orElse(placeholder);
  }
}
