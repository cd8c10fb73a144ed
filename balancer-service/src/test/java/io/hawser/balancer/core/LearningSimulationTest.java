package io.hawser.balancer.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Facet.Affinity;
import io.hawser.model.Facet.Strategy;
import io.hawser.model.InstanceKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How soon the strategies that look at latencies know that one of four instances is ten times
 * slower: 64 clients that ask one request after the other, in simulated time.
 */
class LearningSimulationTest {
  private static final int SIZE = 4;
  private static final int CLIENTS = 64;
  private static final long MS = 1_000_000L;
  private static final long USUAL_NS = 20 * MS;
  private static final long LEARNT_NS = 2_000 * MS;
  private static final long END_NS = 4_000 * MS;

  /** How long everything takes longer at the very first, as it is cold. */
  private static final long COLD_NS = 300 * MS;

  private record Answer(long atNs, long askedNs, int by) {}

  private final List<Endpoint> fleet = new ArrayList<>();
  private final PriorityQueue<Answer> flying =
      new PriorityQueue<>(Comparator.comparingLong(Answer::atNs));
  private final List<Long> tookNs = new ArrayList<>();
  private final int[] asked = new int[SIZE];

  private void run(Strategy strategy, long seed, long coldUntilNs) {
    SplittableRandom random = new SplittableRandom(seed);
    Chooser chooser = new Chooser(random);
    for (int i = 0; i < SIZE; i++) {
      InstanceKey key = new InstanceKey("s", "i" + i);
      fleet.add(new Endpoint(key, "", "h", 1, 1, "", new EndpointState()));
    }
    Target target = new Target(Pool.of("s", "c", fleet, ""), strategy, Affinity.NONE, "/");
    for (int i = 0; i < CLIENTS; i++) {
      ask(chooser, target, random, i, coldUntilNs);
    }
    for (Answer next = flying.remove(); next.atNs() < END_NS; next = flying.remove()) {
      EndpointState state = fleet.get(next.by()).state();
      state.leave();
      state.measured(next.askedNs(), false, next.atNs());
      if (next.askedNs() >= LEARNT_NS) {
        tookNs.add(next.atNs() - next.askedNs());
      }
      ask(chooser, target, random, next.atNs(), coldUntilNs);
    }
    tookNs.sort(Comparator.naturalOrder());
  }

  private void ask(
      Chooser chooser, Target target, SplittableRandom random, long nowNs, long coldUntilNs) {
    Endpoint to = chooser.choose(target, "", 0, List.of(), nowNs).orElseThrow();
    int by = fleet.indexOf(to);
    to.state().enter();
    to.state().asked(nowNs);
    if (nowNs >= LEARNT_NS) {
      asked[by]++;
    }
    long usual = (by == 0 ? 10 : 1) * USUAL_NS;
    long took = usual * random.nextLong(80, 121) / 100 + (nowNs < coldUntilNs ? COLD_NS : 0);
    flying.add(new Answer(nowNs + took, nowNs, by));
  }

  private double shareOfSlow() {
    return asked[0] / (double) (asked[0] + asked[1] + asked[2] + asked[3]);
  }

  private long p99Ns() {
    return tookNs.get(tookNs.size() * 99 / 100);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void peak_ewma_knows_it_within_two_seconds(long seed) {
    run(Strategy.PEAK_EWMA, seed, 0);

    assertThat(shareOfSlow()).isLessThan(0.008);
    assertThat(p99Ns()).isLessThan(2 * USUAL_NS);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void peak_ewma_knows_it_also_when_all_were_slower_than_that_at_first(long seed) {
    run(Strategy.PEAK_EWMA, seed, 400 * MS);

    assertThat(shareOfSlow()).isLessThan(0.01);
    assertThat(p99Ns()).isLessThan(2 * USUAL_NS);
  }

  /** What counts is how many are at work: ten times slower is a tenth as many requests. */
  @ParameterizedTest
  @CsvSource({"DYNAMIC_SCORE,0.025", "TWO_CHOICES,0.04", "LEAST_CONNECTIONS,0.04"})
  void others_that_look_at_what_is_at_work_give_it_little(Strategy strategy, double most) {
    run(strategy, 7, 0);

    assertThat(shareOfSlow()).isLessThan(most);
  }
}
