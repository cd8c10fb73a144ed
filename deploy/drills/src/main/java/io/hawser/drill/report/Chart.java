package io.hawser.drill.report;

import com.google.errorprone.annotations.FormatMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Requests and latencies over time as SVG, with the faults shaded: answered and failed requests
 * above, the median and the 99th percentile below on a logarithmic scale.
 */
final class Chart {
  private static final int WIDTH = 1000;
  private static final int LEFT = 60;
  private static final int TOP = 10;
  private static final int UPPER = 120;
  private static final int GAP = 30;
  private static final int LOWER = 140;
  private static final int LOWER_TOP = TOP + UPPER + GAP;
  private static final int HEIGHT = LOWER_TOP + LOWER + 30;
  private static final double MIN_MS = 0.1;

  private final List<JsonObject> points;
  private final double fromMs;
  private final double spanMs;
  private final StringBuilder svg = new StringBuilder(8 * 1024);

  private Chart(List<JsonObject> points) {
    this.points = points;
    this.fromMs = points.getFirst().getDouble("atMs");
    double step = points.size() > 1 ? points.get(1).getDouble("atMs") - fromMs : 1;
    this.spanMs = Math.max(1, points.getLast().getDouble("atMs") - fromMs + step);
  }

  static String of(JsonArray series, JsonArray faults) {
    return series.isEmpty()
        ? "<p>Nothing was sent.</p>"
        : new Chart(series.stream().map(p -> (JsonObject) p).toList()).draw(faults);
  }

  private String draw(JsonArray faults) {
    svg.append("<svg viewBox=\"0 0 ").append(WIDTH).append(' ').append(HEIGHT);
    svg.append("\" role=\"img\" aria-label=\"requests and latency over time\">");
    faults.forEach(fault -> shade((JsonObject) fault));
    requests();
    line("p50Ms", "#1f5fa8");
    line("p99Ms", "#b06000");
    axes();
    return svg.append("</svg>\n").toString();
  }

  private double x(double atMs) {
    double share = Math.clamp((atMs - fromMs) / spanMs, 0, 1);
    return LEFT + share * (WIDTH - LEFT - 10);
  }

  private void shade(JsonObject fault) {
    double from = x(fault.getDouble("injectedMs"));
    double to = Math.max(from + 2, x(fault.getDouble("healedMs", fromMs + spanMs)));
    svg.append(
        at(
            "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"#b3261e\"",
            from, TOP, to - from, HEIGHT - 40));
    svg.append(" opacity=\".13\"><title>")
        .append(Page.text(fault.getString("name")))
        .append("</title></rect>");
  }

  private void requests() {
    double most = Math.max(1, max(p -> p.getDouble("sent")));
    double width = Math.max(1, (WIDTH - LEFT - 10.0) / points.size() - 1);
    for (JsonObject point : points) {
      double sent = UPPER * point.getDouble("sent") / most;
      double failed = UPPER * point.getDouble("failed") / most;
      double left = x(point.getDouble("atMs"));
      bar(left, width, sent, "#9fb8d0");
      if (failed > 0) {
        bar(left, width, Math.max(2, failed), "#b3261e");
      }
    }
    label(TOP + 10, at("%.0f", most));
    label(TOP + UPPER, "0 sent");
  }

  private void bar(double left, double width, double height, String colour) {
    svg.append(
        at(
            "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>",
            left, TOP + UPPER - height, width, height, colour));
  }

  private void line(String field, String colour) {
    String path =
        points.stream()
            .map(p -> at("%.1f,%.1f", x(p.getDouble("atMs")), y(p.getDouble(field))))
            .collect(Collectors.joining(" "));
    svg.append("<polyline fill=\"none\" stroke-width=\"1.5\" stroke=\"").append(colour);
    svg.append("\" points=\"").append(path).append("\"/>");
    svg.append(
        at(
            "<text x=\"%d\" y=\"%.1f\" font-size=\"12\" fill=\"%s\">%s</text>",
            WIDTH - 60, y(points.getLast().getDouble(field)) - 4, colour, field.replace("Ms", "")));
  }

  private double y(double ms) {
    double top = Math.log10(Math.max(10, max(p -> p.getDouble("p99Ms"))) / MIN_MS);
    double share = Math.log10(Math.max(MIN_MS, ms) / MIN_MS) / top;
    return LOWER_TOP + LOWER - share * LOWER;
  }

  private double max(ToDoubleFunction<JsonObject> value) {
    return points.stream().mapToDouble(value).max().orElse(1);
  }

  private void axes() {
    for (double ms = 1; ms <= Math.max(10, max(p -> p.getDouble("p99Ms"))); ms *= 10) {
      svg.append(
          at(
              "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#d9dde2\"/>",
              LEFT, WIDTH - 10, y(ms), y(ms)));
      label((int) y(ms) + 4, at("%.0f ms", ms));
    }
    for (int i = 0; i <= 10; i++) {
      double ms = fromMs + i * spanMs / 10;
      svg.append(
          at(
              "<text x=\"%.1f\" y=\"%d\" font-size=\"12\" fill=\"#555\">%.0f s</text>",
              x(ms) - 8, HEIGHT - 8, ms / 1000));
    }
  }

  private void label(int y, String text) {
    svg.append(
        at(
            "<text x=\"%d\" y=\"%d\" font-size=\"12\" fill=\"#555\" text-anchor=\"end\">%s</text>",
            LEFT - 6, y, text));
  }

  @FormatMethod
  private static String at(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
