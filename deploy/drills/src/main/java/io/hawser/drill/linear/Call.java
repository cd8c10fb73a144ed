package io.hawser.drill.linear;

/** What a client asked of one register. A value is a text; {@link #ABSENT} is no value at all. */
public sealed interface Call {
  /** The value of a register that holds none. No client writes it. */
  String ABSENT = "";

  /** Reads the value. */
  record Get() implements Call {}

  /** Writes a value, whatever is there. */
  record Put(String value) implements Call {}

  /** Takes the value away, whatever it is. */
  record Delete() implements Call {}

  /**
   * Writes a value when another is there. With {@link #ABSENT} as the expected one it creates, with
   * {@link #ABSENT} as the new one it deletes.
   */
  record CompareAndSet(String expected, String value) implements Call {}
}
