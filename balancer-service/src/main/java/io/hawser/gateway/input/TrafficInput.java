package io.hawser.gateway.input;

import io.hawser.gateway.json.Fields;
import io.hawser.gateway.json.Shape;
import io.hawser.gateway.json.Shapes;
import io.hawser.gateway.json.Text;
import io.hawser.model.Facet.Affinity;
import io.hawser.model.Facet.Route;
import io.hawser.model.Facet.Strategy;
import java.util.Locale;

/** The body of a route. */
public final class TrafficInput {
  public static final Shape<Route> ROUTE = Shapes.object(TrafficInput::route);

  private TrafficInput() {}

  private static Route route(Fields fields) {
    return new Route(
        fields.required("service", Shapes.text(Text.NAME)),
        fields.optional("host", Shapes.text(Text.HOST), "").toLowerCase(Locale.ROOT),
        fields.optional("pathPrefix", Shapes.text(Text.PATH), "/"),
        fields.optional("stripPrefix", Shapes.FLAG, false),
        fields.optional("strategy", Shapes.word(Strategy.class), Strategy.ROUND_ROBIN),
        fields.optional("affinity", Shapes.word(Affinity.class), Affinity.NONE));
  }
}
