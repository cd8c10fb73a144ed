package io.hawser.gateway.input;

import io.hawser.gateway.json.Fields;
import io.hawser.gateway.json.Shape;
import io.hawser.gateway.json.Shapes;
import io.hawser.gateway.json.Text;
import io.hawser.model.RegistryMessage.Load;
import java.util.List;
import java.util.Optional;

/**
 * A sign of life as a client sends it.
 *
 * @param service empty when the path says it
 * @param id empty when the path says it
 */
public record BeatInput(
    String service, String id, Optional<String> incarnation, Optional<Load> load) {
  /** The most beats of one request. */
  public static final int MAX_BEATS = 10_000;

  private static final int MAX_INCARNATION = 256;
  private static final double MAX_RESPONSE_TIME_MS = 3_600_000;

  /** The body of one instance's heartbeat. */
  public static final Shape<BeatInput> ONE = Shapes.object(fields -> beat(fields, "", ""));

  /** The body of many heartbeats. */
  public static final Shape<List<BeatInput>> MANY =
      Shapes.list(
          MAX_BEATS,
          Shapes.object(
              fields ->
                  beat(
                      fields,
                      fields.required("service", Shapes.text(Text.NAME)),
                      fields.required("id", Shapes.text(Text.NAME)))));

  /** A heartbeat without a body. */
  public static final BeatInput EMPTY = new BeatInput("", "", Optional.empty(), Optional.empty());

  private static BeatInput beat(Fields fields, String service, String id) {
    return new BeatInput(
        service,
        id,
        fields.optional("incarnation", Shapes.text(Text.plain(MAX_INCARNATION))),
        load(fields));
  }

  /**
   * The load, when all three figures are there. A load with a hole in it would look like an idle
   * instance, so one that is not whole is left out; the beat counts all the same.
   */
  private static Optional<Load> load(Fields fields) {
    Optional<Double> cpu = fields.optional("cpu", Shapes.number(0, 1));
    Optional<Double> memory = fields.optional("memory", Shapes.number(0, 1));
    Optional<Double> responseTimeMs =
        fields.optional("responseTimeMs", Shapes.number(0, MAX_RESPONSE_TIME_MS));
    return cpu.isEmpty() || memory.isEmpty() || responseTimeMs.isEmpty()
        ? Optional.empty()
        : Optional.of(new Load(cpu.get(), memory.get(), responseTimeMs.get()));
  }
}
