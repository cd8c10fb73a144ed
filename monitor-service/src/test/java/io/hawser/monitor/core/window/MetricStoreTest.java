package io.hawser.monitor.core.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.bus.client.MonitorClient;
import io.hawser.model.MonitorMessage.Query;
import io.hawser.model.MonitorMessage.Sample;
import io.hawser.model.MonitorMessage.Summary;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricStoreTest {
  private static final long NOW = 1_700_000_000_123L;

  private final MetricStore store = new MetricStore();

  private static Sample sample(double value, long atMs) {
    return new Sample("queue", Map.of(), value, atMs);
  }

  private void add(double value, long atMs) {
    assertThat(store.add(sample(value, atMs), NOW, 0)).isEmpty();
  }

  private Summary queue(long windowMs) {
    return store.summary(new Query("queue", Map.of(), windowMs), NOW);
  }

  @Test
  void a_window_is_open_at_its_start_and_closed_at_its_end() {
    add(1, NOW - 60_000);
    add(2, NOW - 59_999);
    add(4, NOW);
    add(8, NOW + 1);

    Summary summary = queue(60_000);

    assertThat(summary.count()).isEqualTo(2);
    assertThat(summary.mean()).isEqualTo(3);
  }

  @Test
  void a_sample_ahead_of_the_clock_counts_when_the_clock_has_come_to_it() {
    add(5, NOW + 60_000);

    assertThat(queue(60_000).count()).isZero();
    assertThat(store.summary(new Query("queue", Map.of(), 1_000), NOW + 60_000).count())
        .isEqualTo(1);
  }

  @Test
  void a_window_of_zero_is_the_default_of_a_minute() {
    add(1, NOW - 59_999);
    add(1, NOW - 60_000);

    assertThat(queue(0).count()).isEqualTo(1);
  }

  @Test
  void percentiles_are_nearest_ranks() {
    IntStream.rangeClosed(1, 100).map(i -> 101 - i).forEach(i -> add(i, NOW - i));

    Summary summary = queue(60_000);

    assertThat(summary.p50()).isEqualTo(50);
    assertThat(summary.p90()).isEqualTo(90);
    assertThat(summary.p95()).isEqualTo(95);
    assertThat(summary.p99()).isEqualTo(99);
    assertThat(summary.p999()).isEqualTo(100);
  }

  @Test
  void one_sample_is_every_percentile() {
    add(-2.5, NOW);

    assertThat(queue(10_000))
        .isEqualTo(new Summary(1, -2.5, -2.5, -2.5, -2.5, -2.5, -2.5, -2.5, -2.5, 0.1));
  }

  @Test
  void an_empty_window_is_all_zeros() {
    assertThat(queue(60_000)).isEqualTo(new Summary(0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
  }

  @Test
  void a_query_takes_the_series_together_that_have_its_labels() {
    Map<String, String> a = Map.of("zone", "a", "host", "1");
    Map<String, String> b = Map.of("zone", "b", "host", "1");
    assertThat(store.add(new Sample("cpu", a, 1, NOW), NOW, 0)).isEmpty();
    assertThat(store.add(new Sample("cpu", b, 3, NOW), NOW, 0)).isEmpty();

    assertThat(cpu(Map.of()).mean()).isEqualTo(2);
    assertThat(cpu(Map.of("zone", "b")).mean()).isEqualTo(3);
    assertThat(cpu(Map.of("zone", "b", "host", "1")).count()).isEqualTo(1);
    assertThat(cpu(Map.of("zone", "c")).count()).isZero();
  }

  private Summary cpu(Map<String, String> labels) {
    return store.summary(new Query("cpu", labels, 60_000), NOW);
  }

  @Test
  void beyond_the_ring_counts_stay_right_and_percentiles_are_of_the_newest() {
    for (int i = 0; i < 10_000; i++) {
      add(i, NOW - 50_000 + i);
    }

    Summary summary = queue(60_000);

    assertThat(summary.count()).isEqualTo(10_000);
    assertThat(summary.mean()).isEqualTo(4999.5);
    assertThat(summary.min()).isZero();
    assertThat(summary.max()).isEqualTo(9_999);
    assertThat(summary.rate()).isEqualTo(10_000 / 60.0);
    assertThat(summary.p50()).isEqualTo(10_000 - SampleWindow.MAX_SAMPLES / 2.0 - 1);
  }

  @Test
  void the_oldest_are_folded_first_although_the_ring_grew_when_it_had_turned() {
    int first = 5;
    addAll(first, 0, NOW - 601_000);
    addAll(SampleWindow.FIRST_SAMPLES - first, 1, NOW - 300_000);
    addAll(first, 1e6, NOW);
    addAll(SampleWindow.MAX_SAMPLES - first, 2, NOW);

    Summary summary = queue(600_000);

    assertThat(summary.count())
        .isEqualTo(SampleWindow.MAX_SAMPLES + SampleWindow.FIRST_SAMPLES - first);
    assertThat(summary.p999()).isEqualTo(1e6);
    assertThat(summary.p50()).isEqualTo(2);
  }

  /** Adds samples at the time at which they are taken. */
  private void addAll(int count, double value, long atMs) {
    for (int i = 0; i < count; i++) {
      assertThat(store.add(sample(value, atMs), atMs, 0)).isEmpty();
    }
  }

  @Test
  void what_is_out_of_time_is_dropped() {
    assertThat(store.add(sample(1, NOW - Window.KEPT_MS), NOW, 0)).contains(Drop.STALE);
    assertThat(store.add(sample(1, Long.MIN_VALUE), NOW, 0)).contains(Drop.STALE);
    assertThat(store.add(sample(1, NOW + Window.AHEAD_MS + 1), NOW, 0)).contains(Drop.AHEAD);
    assertThat(store.add(sample(1, Long.MAX_VALUE), NOW, 0)).contains(Drop.AHEAD);
    assertThat(store.series()).isZero();
  }

  @Test
  void what_is_no_measurement_has_a_problem() {
    assertThat(store.problem(sample(Double.NaN, NOW))).isPresent();
    assertThat(store.problem(sample(Double.POSITIVE_INFINITY, NOW))).isPresent();
    assertThat(store.problem(sample(-1e301, NOW))).isPresent();
    assertThat(store.problem(new Sample("", Map.of(), 1, NOW))).isPresent();
    assertThat(store.problem(new Sample(MonitorClient.TRAFFIC_ERRORS, Map.of(), 1, NOW)))
        .isPresent();
    assertThat(store.problem(new Sample("m", Map.of("l", "x".repeat(257)), 1, NOW))).isPresent();
    Map<String, String> many = new HashMap<>();
    IntStream.range(0, 17).forEach(i -> many.put("l" + i, ""));
    assertThat(store.problem(new Sample("m", many, 1, NOW))).isPresent();
    assertThat(store.problem(sample(-1e300, NOW))).isEmpty();
  }

  @Test
  void a_window_beyond_the_limits_has_a_problem() {
    assertThat(store.problem(new Query("m", Map.of(), 999))).isPresent();
    assertThat(store.problem(new Query("m", Map.of(), -1))).isPresent();
    assertThat(store.problem(new Query("m", Map.of(), 600_001))).isPresent();
    assertThat(store.problem(new Query("m", Map.of(), 600_000))).isEmpty();
    assertThat(store.problem(new Query("m", Map.of(), 0))).isEmpty();
  }

  @Test
  void a_series_beyond_the_limit_is_dropped_and_the_others_go_on() {
    for (int i = 0; i < SampleStore.MAX_SERIES; i++) {
      assertThat(store.add(numbered(i), NOW, 0)).isEmpty();
    }

    assertThat(store.add(numbered(-1), NOW, 0)).contains(Drop.SERIES_LIMIT);
    assertThat(store.add(numbered(0), NOW, 0)).isEmpty();
    assertThat(store.series()).isEqualTo(SampleStore.MAX_SERIES);
  }

  private static Sample numbered(int i) {
    return new Sample("m", Map.of("i", Integer.toString(i)), 1, NOW);
  }

  @Test
  void samples_beyond_the_memory_limit_are_dropped() {
    int full = (int) (SampleStore.MAX_CAPACITY / SampleWindow.MAX_SAMPLES);
    for (int i = 0; i < full; i++) {
      for (int n = 0; n < SampleWindow.MAX_SAMPLES; n++) {
        assertThat(store.add(numbered(i), NOW, 0).isEmpty()).isTrue();
      }
    }
    int dropped = 0;
    for (int n = 0; n < SampleWindow.MAX_SAMPLES; n++) {
      dropped +=
          store.add(numbered(full), NOW, 0).filter(Drop.MEMORY_LIMIT::equals).isPresent() ? 1 : 0;
    }

    assertThat(dropped).isPositive();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 300_000_000_000L})
  void an_idle_series_is_forgotten_after_ten_minutes_wherever_the_clock_began(long startNs) {
    assertThat(store.add(numbered(1), NOW, startNs)).isEmpty();

    store.prune(startNs + 1);
    assertThat(store.series()).isEqualTo(1);
    store.prune(startNs + MetricStore.IDLE_NS - 1);
    assertThat(store.series()).isEqualTo(1);
    store.prune(startNs + MetricStore.IDLE_NS);
    assertThat(store.series()).isZero();
  }
}
