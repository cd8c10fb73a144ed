package io.hawser.cli.events;

import io.hawser.cli.base.Fields;
import io.hawser.cli.base.Terminal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Set;
import java.util.StringJoiner;

/** An event as one line for people: when, what, about which instance, and the rest as key=value. */
public final class EventLine {
  private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");
  private static final int KIND_WIDTH = 23;

  private static final Set<String> SHOWN =
      Set.of(
          "id",
          "atMs",
          "at",
          "node",
          "kind",
          "type",
          "service",
          "instance",
          "body",
          "data",
          "incarnation");

  private EventLine() {}

  /** The event's fields in one object, whether the node nests what happened or not. */
  public static JsonObject flat(JsonObject event) {
    JsonObject flat = event.copy();
    for (String nested : new String[] {"body", "data", "event"}) {
      if (event.getValue(nested) instanceof JsonObject inner) {
        flat.mergeIn(inner);
      }
    }
    return flat;
  }

  /**
   * @param event as {@link #flat} makes it
   */
  public static String render(JsonObject event, ZoneId zone, Terminal terminal) {
    String kind = Fields.text(event, "kind", "type");
    StringBuilder line = new StringBuilder();
    long atMs = Fields.number(event, 0, "atMs");
    if (atMs > 0) {
      line.append(CLOCK.format(Instant.ofEpochMilli(atMs).atZone(zone))).append("  ");
    }
    line.append(paint(kind, terminal)).repeat(' ', Math.max(2, KIND_WIDTH - kind.length()));
    line.append(subject(event));
    String details = details(event);
    return details.isEmpty()
        ? line.toString().stripTrailing()
        : line.append("  ").append(details).toString();
  }

  private static String subject(JsonObject event) {
    String service = Fields.text(event, "service");
    String instance = Fields.text(event, "instance");
    return instance.isEmpty() ? service : service + "/" + instance;
  }

  private static String details(JsonObject event) {
    StringJoiner details = new StringJoiner(" ");
    for (String name : event.fieldNames()) {
      Object value = event.getValue(name);
      if (SHOWN.contains(name) || value == null || value.equals("")) {
        continue;
      }
      String text =
          value instanceof JsonArray list
              ? String.join("; ", list.stream().map(String::valueOf).toList())
              : value.toString();
      if (!text.isEmpty()) {
        details.add(
            name + "=" + (text.indexOf(' ') < 0 ? text : '"' + text.replace("\"", "'") + '"'));
      }
    }
    return details.toString();
  }

  private static String paint(String kind, Terminal terminal) {
    return switch (kind) {
      case "InstanceFailed", "InstanceEjected", "AlertFiring", "NodeLeft" -> terminal.bad(kind);
      case "InstanceRecovered", "BackupActivated", "AlertResolved", "InstanceRegistered" ->
          terminal.good(kind);
      case "FailoverStarted", "FailoverStep", "FailoverFinished", "NodeDraining" ->
          terminal.doubtful(kind);
      default -> kind;
    };
  }
}
