package io.hawser.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Facet.CheckSpec;
import io.hawser.model.Facet.CheckType;
import io.hawser.registry.core.CheckRun.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a check runs, among those of other observers. */
class CheckLineTest {
  private static final Result PASS = new Result.Pass();
  private static final Result FAIL = new Result.Fail("planted");

  private final List<Long> runs = new ArrayList<>();
  private long ms = 1_000_000;
  private long number;

  private static CheckLine line(int intervalMs, int timeoutMs) {
    CheckSpec spec = new CheckSpec(CheckType.HTTP, "/health", intervalMs, timeoutMs, 3, 2);
    return CheckLine.periodic(spec, ns(1_000_000), 0);
  }

  private static long ns(long ms) {
    return TimeUnit.MILLISECONDS.toNanos(ms);
  }

  private Now now() {
    return new Now(ns(ms), 1_700_000_000_000L + ms);
  }

  /** Ticks for so long, with each run answered at once. */
  private void pass(CheckLine line, int every, int rank, long forMs, Result result) {
    for (long end = ms + forMs; ms < end; ms += Detector.TICK_MS) {
      line.pace(every, rank, now());
      if (line.due(ns(ms))) {
        start(line);
        finish(line, result);
      }
    }
  }

  private void start(CheckLine line) {
    line.start(++number, ns(ms));
    runs.add(ms);
  }

  private void finish(CheckLine line, Result result) {
    assertThat(line.take(result, true, ns(ms))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"2, 100", "3, 100", "3, 200", "2, 1000", "3, 1000"})
  void no_turn_is_left_out(int observers, int intervalMs) {
    CheckLine line = line(intervalMs, 100);
    pass(line, observers, 1, 60_000, PASS);

    assertThat(runs)
        .hasSizeBetween(
            60_000 / (observers * intervalMs) - 1, 60_000 / (observers * intervalMs) + 2);
  }

  @Test
  void a_check_that_was_asked_for_is_not_put_off_to_its_turn() {
    CheckLine line = line(1_000, 500);
    pass(line, 3, 1, 10_000, PASS);
    long last = runs.getLast();
    ms = last + 100;
    assertThat(line.hurry(ns(ms))).isTrue();
    line.pace(2, 1, now());
    pass(line, 2, 1, 300, PASS);

    assertThat(runs.getLast()).isBetween(last + 200, last + 350);
  }

  @Test
  void one_that_fails_here_only_is_looked_at_again_within_its_interval() {
    CheckLine line = line(10_000, 1_000);
    pass(line, 3, 1, 60_000, PASS);
    pass(line, 3, 1, 45_000, FAIL);
    pass(line, 1, 0, 10_500, PASS);

    assertThat(line.tally().failing()).isFalse();
  }

  @Test
  void a_turn_that_came_while_an_answer_was_awaited_is_taken_then() {
    CheckLine line = line(1_000, 5_000);
    pass(line, 3, 1, 10_000, PASS);
    while (!line.due(ns(ms))) {
      ms += Detector.TICK_MS;
    }
    start(line);
    ms += 3_100;
    finish(line, PASS);
    line.pace(3, 1, now());

    assertThat(line.due(ns(ms))).isTrue();
  }

  @Test
  void late_ticks_do_not_add_up() {
    CheckLine line = line(1_000, 500);
    for (long end = ms + 60_000; ms < end; ms += Detector.TICK_MS + 1) {
      line.pace(1, 0, now());
      if (line.due(ns(ms))) {
        start(line);
        finish(line, PASS);
      }
    }

    assertThat(runs).hasSizeBetween(60, 61);
  }
}
