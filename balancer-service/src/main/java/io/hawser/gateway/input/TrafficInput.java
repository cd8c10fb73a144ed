package io.hawser.gateway.input;

import io.hawser.gateway.json.Fields;
import io.hawser.gateway.json.Shape;
import io.hawser.gateway.json.Shapes;
import io.hawser.gateway.json.Text;
import io.hawser.model.Facet.Affinity;
import io.hawser.model.Facet.Route;
import io.hawser.model.Facet.Strategy;
import java.util.Locale;
import java.util.Map;

/** The body of a route. */
public final class TrafficInput {
  public static final Shape<Route> ROUTE = Shapes.object(TrafficInput::route);

  private static final int MAX_HEADERS = 8;
  private static final int MAX_VALUE = 256;
  private static final int MAX_TRIES = 5;
  private static final long MAX_TIMEOUT_MS = 3_600_000;
  private static final int MAX_RATE = 1_000_000;

  private TrafficInput() {}

  private static Route route(Fields fields) {
    Affinity affinity = fields.optional("affinity", Shapes.word(Affinity.class), Affinity.NONE);
    String header = fields.optional("affinityHeader", Shapes.text(Text.NAME), "");
    if (affinity == Affinity.HEADER && header.isEmpty()) {
      fields.refuse(
          "affinityHeader", "missing-field", "is missing: it names the header of the affinity");
    }
    return new Route(
        fields.required("service", Shapes.text(Text.NAME)),
        fields.optional("host", Shapes.text(Text.HOST), "").toLowerCase(Locale.ROOT),
        fields.optional("pathPrefix", Shapes.text(Text.PATH), "/"),
        fields.optional("stripPrefix", Shapes.FLAG, false),
        fields.optional("strategy", Shapes.word(Strategy.class), Strategy.TWO_CHOICES),
        affinity,
        header,
        fields
            .optional("headers", Shapes.texts(MAX_HEADERS, Text.NAME, Text.plain(MAX_VALUE)))
            .orElseGet(Map::of),
        fields.optional("tries", Shapes.integer(0, MAX_TRIES), 0),
        fields.optional("tryTimeoutMs", Shapes.longInteger(0, MAX_TIMEOUT_MS), 0L),
        fields.optional("responseTimeoutMs", Shapes.longInteger(0, MAX_TIMEOUT_MS), 0L),
        fields.optional("maxInFlight", Shapes.integer(0, MAX_RATE), 0),
        fields.optional("requestsPerSecond", Shapes.integer(0, MAX_RATE), 0),
        fields.optional("clientRequestsPerSecond", Shapes.integer(0, MAX_RATE), 0));
  }
}
