package io.hawser.bench.cores;

import io.hawser.balancer.core.strategy.Candidate;
import io.hawser.balancer.core.strategy.LoadReport;
import io.hawser.balancer.core.strategy.Picker;
import io.hawser.balancer.core.strategy.Pickers;
import io.hawser.model.Facet.Strategy;
import io.hawser.model.InstanceKey;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** One pick among ten. */
@State(Scope.Thread)
public class PickBench {
  private static final int SIZE = 10;

  private record Sample(InstanceKey key, int weight, int active) implements Candidate {
    @Override
    public @Nullable LoadReport load() {
      return null;
    }
  }

  private final List<Sample> candidates =
      IntStream.range(0, SIZE).mapToObj(i -> new Sample(Samples.key(i), 1 + i % 3, i)).toList();
  private final Picker roundRobin = Pickers.of(Strategy.ROUND_ROBIN, new Random(1));
  private final Picker leastConnections = Pickers.of(Strategy.LEAST_CONNECTIONS, new Random(1));

  /** Smooth weighted round robin. */
  @Benchmark
  public int roundRobin() {
    return roundRobin.pick(candidates, 1);
  }

  /** The fewest requests under way. */
  @Benchmark
  public int leastConnections() {
    return leastConnections.pick(candidates, 1);
  }
}
