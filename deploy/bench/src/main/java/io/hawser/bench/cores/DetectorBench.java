package io.hawser.bench.cores;

import io.hawser.registry.core.Detector;
import io.hawser.registry.core.Effect;
import io.hawser.registry.core.Now;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A detector that watches 1 000 instances, each of which beats about once in a second. */
@State(Scope.Thread)
public class DetectorBench {
  private static final int SIZE = 1_000;
  private static final long STEP_NS = 1_000_000;

  private final Detector detector = new Detector(Samples.NODE, 60_000, now(0));
  private long step;

  private static Now now(long step) {
    return new Now(step * STEP_NS, 1_800_000_000_000L + step);
  }

  /** Watches them. */
  @Setup
  public void watch() {
    for (int i = 0; i < SIZE; i++) {
      detector.watch(Samples.view(i), now(0));
    }
  }

  /** One beat. */
  @Benchmark
  public List<Effect> beat() {
    step++;
    return detector.beat(Samples.key((int) (step % SIZE)), Samples.INCARNATION, now(step));
  }
}
