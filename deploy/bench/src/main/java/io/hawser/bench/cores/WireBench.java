package io.hawser.bench.cores;

import io.hawser.bus.WireFormat;
import io.hawser.model.HawserMessage;
import io.hawser.model.RegistryMessage.Beat;
import io.hawser.model.RegistryMessage.Beats;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The wire form of 100 beats. */
@State(Scope.Thread)
public class WireBench {
  private static final int BEATS = 100;

  private final WireFormat format = new WireFormat(List.of());
  private final Beats beats =
      new Beats(
          Samples.NODE,
          IntStream.range(0, BEATS)
              .mapToObj(i -> new Beat(Samples.key(i), Samples.INCARNATION, Optional.empty()))
              .toList(),
          0L);
  private final Buffer bytes = format.encode(beats);

  /** To bytes. */
  @Benchmark
  public Buffer encode100Beats() {
    return format.encode(beats);
  }

  /** And back. */
  @Benchmark
  public HawserMessage decode100Beats() {
    return format.decode(bytes);
  }
}
