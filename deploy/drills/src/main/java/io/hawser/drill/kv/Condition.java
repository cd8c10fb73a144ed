package io.hawser.drill.kv;

import java.util.Map;

/** On what a write depends. */
public sealed interface Condition {
  /** On nothing. */
  Condition NONE = new Always();

  /** On there being no such key. */
  Condition ABSENT = new Absent();

  /** As headers of a request. */
  Map<String, String> headers();

  /** See {@link #NONE}. */
  record Always() implements Condition {
    @Override
    public Map<String, String> headers() {
      return Map.of();
    }
  }

  /** See {@link #ABSENT}. */
  record Absent() implements Condition {
    @Override
    public Map<String, String> headers() {
      return Map.of("If-None-Match", "*");
    }
  }

  /** On the value still having this version. */
  record Version(String version) implements Condition {
    @Override
    public Map<String, String> headers() {
      return Map.of("If-Match", version);
    }
  }
}
