package io.hawser.drill.report;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A journal as one page that needs nothing else: no scripts, styles within. */
final class Page {
  private static final String STYLE =
      """
      body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1a1d21;background:#fff}
      table{border-collapse:collapse;margin:.5rem 0 1.5rem}td,th{padding:.25rem .8rem .25rem 0;text-align:left;vertical-align:top;border-bottom:1px solid #d9dde2}
      td.n{text-align:right;font-variant-numeric:tabular-nums}.ok{color:#0a6b34;font-weight:600}.bad{color:#b3261e;font-weight:600}
      svg{width:100%;height:auto;display:block;margin:.5rem 0 1.5rem}code{font-size:.9em}h2{margin-top:2rem;font-size:1.15rem}
      """;

  private Page() {}

  static String of(JsonObject journal) {
    boolean ok = journal.getBoolean("ok");
    StringBuilder page = new StringBuilder(16 * 1024);
    page.append("<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\">")
        .append("<meta name=\"viewport\" content=\"width=device-width\"><title>Drill: ")
        .append(text(journal.getString("drill")))
        .append("</title><style>")
        .append(STYLE)
        .append("</style>\n<h1>")
        .append(text(journal.getString("drill")))
        .append(": <span class=\"")
        .append(ok ? "ok\">as expected" : "bad\">not as expected")
        .append("</span></h1>\n<p>")
        .append(text(journal.getString("summary")))
        .append("</p>\n");
    page.append("<h2>Expectations</h2>").append(table(journal.getJsonArray("expectations")));
    page.append("<h2>Figures</h2>")
        .append(table(new JsonArray().add(journal.getJsonObject("figures"))))
        .append(table(journal.getJsonArray("rounds")));
    for (Object load : journal.getJsonArray("loads")) {
      load(page, (JsonObject) load, journal);
    }
    page.append("<h2>Faults</h2>").append(table(journal.getJsonArray("faults")));
    page.append("<h2>Timeline</h2>").append(table(journal.getJsonArray("timeline")));
    page.append("<h2>Where and how</h2>")
        .append(table(new JsonArray().add(journal.getJsonObject("environment"))))
        .append("<p>Started ")
        .append(text(journal.getString("startedAt")))
        .append(". To repeat it: <code>")
        .append(text(journal.getString("repeat")))
        .append("</code>. Latencies count from the time at which a request was to start.</p>\n");
    return page.append("</html>\n").toString();
  }

  private static void load(StringBuilder page, JsonObject load, JsonObject journal) {
    JsonObject figures = load.copy();
    JsonArray series = (JsonArray) figures.remove("series");
    page.append("<h2>Load: ").append(text(load.getString("name"))).append("</h2>");
    page.append(Chart.of(series, journal.getJsonArray("faults")));
    page.append(table(new JsonArray().add(figures)));
  }

  /** A row for each object, a column for each field that any of them has. */
  private static String table(JsonArray rows) {
    Set<String> columns = new LinkedHashSet<>();
    List<JsonObject> objects = rows.stream().map(row -> (JsonObject) row).toList();
    objects.forEach(row -> columns.addAll(row.fieldNames()));
    if (columns.isEmpty()) {
      return "<p>None.</p>\n";
    }
    StringBuilder table = new StringBuilder("<table><tr>");
    columns.forEach(c -> table.append("<th>").append(text(c)).append("</th>"));
    for (JsonObject row : objects) {
      table.append("</tr>\n<tr>");
      columns.forEach(c -> table.append(cell(row.getValue(c))));
    }
    return table.append("</tr></table>\n").toString();
  }

  private static String cell(@Nullable Object value) {
    return switch (value) {
      case null -> "<td></td>";
      case Boolean met -> met ? "<td class=\"ok\">yes</td>" : "<td class=\"bad\">no</td>";
      case Number number -> "<td class=\"n\">" + number + "</td>";
      case JsonObject object -> "<td>" + pairs(object) + "</td>";
      default -> "<td>" + text(value.toString()) + "</td>";
    };
  }

  private static String pairs(JsonObject object) {
    return object.stream()
        .map(field -> text(field.getKey() + ": " + field.getValue()))
        .collect(Collectors.joining("<br>"));
  }

  static String text(String raw) {
    return raw.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
