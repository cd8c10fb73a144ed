package io.hawser.gateway.input;

import io.hawser.gateway.json.Fields;
import io.hawser.gateway.json.Shape;
import io.hawser.gateway.json.Shapes;
import io.hawser.gateway.json.Text;
import io.hawser.model.Facet.Comparison;
import io.hawser.model.Facet.Function;
import io.hawser.model.Facet.Receiver;
import io.hawser.model.Facet.Rule;
import io.hawser.model.MonitorMessage.Sample;
import java.util.List;
import java.util.Map;

/** The bodies of measurements, alert rules and receivers. */
public final class AlertInput {
  public static final long DEFAULT_WINDOW_MS = 60_000;
  public static final long MIN_WINDOW_MS = 1_000;
  public static final long MAX_WINDOW_MS = 600_000;
  public static final int MAX_LABELS = 16;
  public static final int MAX_LABEL_VALUE = 256;
  private static final int MAX_SAMPLES = 10_000;
  private static final int MAX_ANNOTATION = 1_024;
  private static final long MAX_FOR_MS = 86_400_000;

  /** How far a measurement's clock may be ahead of this node's. */
  private static final long MAX_AHEAD_MS = 60_000;

  private static final Shape<Map<String, String>> LABELS =
      Shapes.texts(MAX_LABELS, Text.NAME, Text.line(MAX_LABEL_VALUE));

  public static final Shape<Rule> RULE = Shapes.object(AlertInput::rule);

  public static final Shape<Receiver> RECEIVER =
      Shapes.object(fields -> new Receiver(fields.required("url", Shapes.text(Text.WEB_URL))));

  private AlertInput() {}

  /**
   * @param wallMs the time of samples that bring none
   */
  public static Shape<List<Sample>> samples(long wallMs) {
    return Shapes.list(MAX_SAMPLES, Shapes.object(fields -> sample(fields, wallMs)));
  }

  private static Sample sample(Fields fields, long wallMs) {
    return new Sample(
        fields.required("name", Shapes.text(Text.NAME)),
        fields.optional("labels", LABELS).orElseGet(Map::of),
        fields.required("value", Shapes.number(-Double.MAX_VALUE, Double.MAX_VALUE)),
        fields.optional("timestampMs", Shapes.longInteger(0, wallMs + MAX_AHEAD_MS), wallMs));
  }

  private static Rule rule(Fields fields) {
    return new Rule(
        fields.required("metric", Shapes.text(Text.NAME)),
        fields.optional("labels", LABELS).orElseGet(Map::of),
        fields.optional("function", Shapes.word(Function.class), Function.MEAN),
        fields.optional(
            "windowMs", Shapes.longInteger(MIN_WINDOW_MS, MAX_WINDOW_MS), DEFAULT_WINDOW_MS),
        fields.optional("comparison", Shapes.word(Comparison.class), Comparison.ABOVE),
        fields.required("threshold", Shapes.number(-Double.MAX_VALUE, Double.MAX_VALUE)),
        fields.optional("forMs", Shapes.longInteger(0, MAX_FOR_MS), 0L),
        fields.optional("severity", Shapes.text(Text.NAME), "warning"),
        fields
            .optional("annotations", Shapes.texts(MAX_LABELS, Text.NAME, Text.line(MAX_ANNOTATION)))
            .orElseGet(Map::of));
  }
}
