package io.hawser.cli.events;

import java.util.Optional;

/**
 * Puts the lines of a server-sent event stream together to events, as the HTML standard has it. Not
 * thread-safe: owned by one reader.
 */
public final class SseParser {
  /** The longest data of one event, in characters; what is longer is dropped. */
  static final int MAX_DATA = 1 << 20;

  private final StringBuilder data = new StringBuilder();
  private String type = "";
  private String id = "";
  private boolean hasData;
  private boolean tooLong;

  /** Takes the next line, without its end; returns the event that it completes. */
  public Optional<SseEvent> line(String line) {
    if (line.isEmpty()) {
      return dispatch();
    }
    if (!line.startsWith(":")) {
      int colon = line.indexOf(':');
      String name = colon < 0 ? line : line.substring(0, colon);
      String value = colon < 0 ? "" : line.substring(colon + 1);
      field(name, value.startsWith(" ") ? value.substring(1) : value);
    }
    return Optional.empty();
  }

  private void field(String name, String value) {
    switch (name) {
      case "id" -> id = value.indexOf('\0') < 0 ? value : id;
      case "event" -> type = value;
      case "data" -> {
        if (data.length() + value.length() > MAX_DATA) {
          tooLong = true;
        } else {
          data.append(hasData ? "\n" : "").append(value);
        }
        hasData = true;
      }
      default -> {
        // The standard has other fields ignored.
      }
    }
  }

  private Optional<SseEvent> dispatch() {
    Optional<SseEvent> event =
        hasData && !tooLong
            ? Optional.of(new SseEvent(id, type.isEmpty() ? "message" : type, data.toString()))
            : Optional.empty();
    data.setLength(0);
    type = "";
    hasData = false;
    tooLong = false;
    return event;
  }
}
