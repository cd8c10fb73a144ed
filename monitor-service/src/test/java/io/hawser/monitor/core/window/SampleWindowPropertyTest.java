package io.hawser.monitor.core.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hawser.model.MonitorMessage.Query;
import io.hawser.model.MonitorMessage.Sample;
import io.hawser.model.MonitorMessage.Summary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compares the window with a list of everything that was ever accepted, over a clock that runs,
 * jumps and falls back.
 */
class SampleWindowPropertyTest {
  private record Point(long atMs, double value) {}

  private final MetricStore store = new MetricStore();
  private final List<Point> accepted = new ArrayList<>();
  private long nowMs;
  private long latestMs;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void every_summary_is_that_of_brute_force(long seed) {
    Random random = new Random(seed);
    nowMs = random.nextLong(0, 4_000_000_000_000L);
    latestMs = nowMs;
    for (int i = 0; i < 3_000; i++) {
      turnTheClock(random);
      addOne(random);
      if (i % 10 == 0) {
        compare(1_000 + random.nextLong(Window.KEPT_MS - 999));
      }
    }
  }

  private void turnTheClock(Random random) {
    int dice = random.nextInt(200);
    if (dice == 0) {
      nowMs += random.nextLong(1_500_000);
    } else if (dice == 1) {
      nowMs -= random.nextLong(120_000);
    } else {
      nowMs += random.nextLong(700);
    }
    latestMs = Math.max(latestMs, nowMs);
  }

  private void addOne(Random random) {
    long spread = random.nextInt(5) == 0 ? 700_000 : 5_000;
    long atMs = nowMs - random.nextLong(-70_000, spread);
    double value = random.nextBoolean() ? random.nextInt(-3, 4) : random.nextGaussian() * 1e6;
    boolean kept = atMs > nowMs - 600_000 && atMs <= nowMs + 60_000;

    assertThat(store.add(new Sample("m", Map.of(), value, atMs), nowMs, 0).isEmpty())
        .isEqualTo(kept);
    if (kept) {
      accepted.add(new Point(atMs, value));
    }
  }

  private void compare(long windowMs) {
    if (nowMs - windowMs < latestMs - Window.KEPT_MS) {
      return; // The clock fell back to a time of which some is forgotten.
    }
    List<Double> values =
        accepted.stream()
            .filter(p -> p.atMs > nowMs - windowMs && p.atMs <= nowMs)
            .map(Point::value)
            .sorted()
            .toList();
    Summary summary = store.summary(new Query("m", Map.of(), windowMs), nowMs);
    assertThat(summary.count()).isEqualTo(values.size());
    if (values.isEmpty()) {
      return;
    }
    double mean = values.stream().mapToDouble(v -> v).sum() / values.size();
    assertThat(summary.mean()).isCloseTo(mean, within(1e-6));
    assertThat(summary.min()).isEqualTo(values.getFirst());
    assertThat(summary.max()).isEqualTo(values.getLast());
    assertThat(summary.rate()).isCloseTo(values.size() * 1000.0 / windowMs, within(1e-9));
    assertThat(summary.p50()).isEqualTo(nearestRank(values, 500));
    assertThat(summary.p90()).isEqualTo(nearestRank(values, 900));
    assertThat(summary.p95()).isEqualTo(nearestRank(values, 950));
    assertThat(summary.p99()).isEqualTo(nearestRank(values, 990));
    assertThat(summary.p999()).isEqualTo(nearestRank(values, 999));
  }

  /** By definition: the smallest value at or below which lie so many thousandths of all. */
  private static double nearestRank(List<Double> sorted, int perMille) {
    for (double candidate : sorted) {
      long atOrBelow = sorted.stream().filter(v -> v <= candidate).count();
      if (atOrBelow * 1000 >= (long) perMille * sorted.size()) {
        return candidate;
      }
    }
    throw new AssertionError("no value has that rank");
  }
}
