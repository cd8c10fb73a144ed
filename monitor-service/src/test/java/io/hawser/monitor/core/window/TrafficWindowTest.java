package io.hawser.monitor.core.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hawser.bus.client.MonitorClient;
import io.hawser.model.MonitorMessage.Query;
import io.hawser.model.MonitorMessage.Summary;
import io.hawser.model.MonitorMessage.TrafficSlot;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrafficWindowTest {
  private static final long NOW_S = 1_700_000_000L;
  private static final long NOW_MS = NOW_S * 1000 + 456;

  private final MetricStore store = new MetricStore();

  private static Histogram histogram(int digits, long... micros) {
    Histogram histogram = new Histogram(digits);
    for (long value : micros) {
      histogram.recordValue(value);
    }
    return histogram;
  }

  private static String encode(Histogram histogram, boolean deflated) {
    ByteBuffer bytes = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity() + 64);
    int length =
        deflated
            ? histogram.encodeIntoCompressedByteBuffer(bytes)
            : histogram.encodeIntoByteBuffer(bytes);
    return Base64.getEncoder().encodeToString(Arrays.copyOf(bytes.array(), length));
  }

  private static TrafficSlot slot(long second, long requests, long errors, Histogram histogram) {
    return new TrafficSlot("echo", second, requests, errors, encode(histogram, false));
  }

  private Summary query(String metric, Map<String, String> labels, long windowMs) {
    return store.summary(new Query(metric, labels, windowMs), NOW_MS);
  }

  private void add(TrafficSlot slot) {
    assertThat(store.add(slot, NOW_MS, 0)).isEmpty();
  }

  @Test
  void latencies_are_in_milliseconds() {
    add(slot(NOW_S, 2, 0, histogram(2, 10_000, 90_000)));

    Summary summary = query(MonitorClient.TRAFFIC_LATENCY, Map.of("service", "echo"), 60_000);

    assertThat(summary.count()).isEqualTo(2);
    assertThat(summary.mean()).isCloseTo(50, within(0.5));
    assertThat(summary.min()).isCloseTo(10, within(0.1));
    assertThat(summary.p50()).isCloseTo(10, within(0.1));
    assertThat(summary.p99()).isCloseTo(90, within(0.9));
    assertThat(summary.rate()).isEqualTo(2 / 60.0);
  }

  @Test
  void the_mean_of_errors_is_their_share() {
    add(slot(NOW_S, 90, 0, histogram(2)));
    add(slot(NOW_S - 1, 10, 5, histogram(2)));

    Summary summary = query(MonitorClient.TRAFFIC_ERRORS, Map.of("service", "echo"), 10_000);

    assertThat(summary).isEqualTo(new Summary(100, 0.05, 0, 1, 0, 0, 0, 1, 1, 10));
  }

  @Test
  void a_window_counts_its_own_second_and_those_before_it() {
    add(slot(NOW_S - 60, 1, 0, histogram(2)));
    add(slot(NOW_S - 59, 10, 0, histogram(2)));
    add(slot(NOW_S, 100, 0, histogram(2)));
    add(slot(NOW_S + 1, 1000, 0, histogram(2)));

    assertThat(query(MonitorClient.TRAFFIC_ERRORS, Map.of(), 60_000).count()).isEqualTo(110);
    assertThat(query(MonitorClient.TRAFFIC_ERRORS, Map.of(), 1_000).count()).isEqualTo(100);
    assertThat(query(MonitorClient.TRAFFIC_ERRORS, Map.of(), 1_001).count()).isEqualTo(100);
  }

  @Test
  void services_are_apart_by_label_and_together_without() {
    add(slot(NOW_S, 1, 1, histogram(2)));
    add(new TrafficSlot("other", NOW_S, 3, 0, ""));

    assertThat(query(MonitorClient.TRAFFIC_ERRORS, Map.of("service", "echo"), 0).mean())
        .isEqualTo(1);
    assertThat(query(MonitorClient.TRAFFIC_ERRORS, Map.of(), 0).mean()).isEqualTo(0.25);
    assertThat(query(MonitorClient.TRAFFIC_ERRORS, Map.of("zone", "a"), 0).count()).isZero();
    assertThat(store.series()).isEqualTo(2);
  }

  @Test
  void traffic_out_of_time_is_dropped() {
    assertThat(store.add(slot(NOW_S - 601, 1, 0, histogram(2)), NOW_MS, 0)).contains(Drop.STALE);
    assertThat(store.add(slot(NOW_S + 61, 1, 0, histogram(2)), NOW_MS, 0)).contains(Drop.AHEAD);
  }

  @Test
  void traffic_that_makes_no_sense_is_dropped() {
    for (String broken :
        new String[] {"!", "AAAA", "HISTFAAA", encode(histogram(2, 5), true).substring(0, 24)}) {
      TrafficSlot slot = new TrafficSlot("echo", NOW_S, 1, 0, broken);
      assertThat(store.add(slot, NOW_MS, 0)).as(broken).contains(Drop.UNREADABLE);
    }
    assertThat(store.add(slot(NOW_S, 1, 2, histogram(2)), NOW_MS, 0)).contains(Drop.UNREADABLE);
    assertThat(store.add(slot(NOW_S, 1, 0, histogram(5, 1)), NOW_MS, 0)).contains(Drop.UNREADABLE);
    assertThat(store.series()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void slots_of_many_balancers_add_up_to_one_histogram_of_all(long seed) {
    Random random = new Random(seed);
    int digits = 2 + random.nextInt(2);
    NavigableMap<Long, Histogram> all = new TreeMap<>();
    long nowS = NOW_S;
    long latestS = nowS;
    for (int i = 0; i < 2_000; i++) {
      nowS += random.nextInt(100) == 0 ? random.nextLong(-100, 900) : random.nextLong(2);
      latestS = Math.max(latestS, nowS);
      // Not while the clock has fallen back: then what is old takes the place of what came from
      // ahead.
      boolean late = nowS == latestS && random.nextInt(4) == 0;
      long second = nowS - random.nextLong(-61, late ? 700 : 3);
      Histogram slot = randomLatencies(random, digits);
      boolean kept = second >= nowS - 600 && second <= nowS + 60;
      String bytes = encode(slot, random.nextBoolean());
      TrafficSlot sent = new TrafficSlot("echo", second, slot.getTotalCount(), 0, bytes);
      assertThat(store.add(sent, nowS * 1000, 0).isEmpty()).isEqualTo(kept);
      if (kept) {
        all.computeIfAbsent(second, s -> new Histogram(digits)).add(slot);
      }
      long seconds = 1 + random.nextLong(600);
      if (i % 20 == 0 && nowS - seconds >= latestS - 600) {
        compare(all, digits, nowS, seconds);
      }
    }
  }

  private static Histogram randomLatencies(Random random, int digits) {
    Histogram histogram = new Histogram(digits);
    for (int i = random.nextInt(20); i > 0; i--) {
      histogram.recordValue((long) Math.exp(random.nextDouble() * 18));
    }
    return histogram;
  }

  private void compare(NavigableMap<Long, Histogram> all, int digits, long nowS, long seconds) {
    Histogram expected = new Histogram(digits);
    all.subMap(nowS - seconds, false, nowS, true).values().forEach(expected::add);

    Summary summary =
        store.summary(
            new Query(MonitorClient.TRAFFIC_LATENCY, Map.of(), seconds * 1000), nowS * 1000);

    assertThat(summary.count()).isEqualTo(expected.getTotalCount());
    if (summary.count() > 0) {
      assertThat(summary.mean()).isCloseTo(expected.getMean() / 1000, within(1e-6));
      assertThat(summary.max()).isEqualTo(expected.getMaxValue() / 1000.0);
      assertThat(summary.min()).isEqualTo(expected.getMinValue() / 1000.0);
      assertThat(summary.p50()).isEqualTo(expected.getValueAtPercentile(50) / 1000.0);
      assertThat(summary.p99()).isEqualTo(expected.getValueAtPercentile(99) / 1000.0);
      assertThat(summary.p999()).isEqualTo(expected.getValueAtPercentile(99.9) / 1000.0);
    }
  }
}
