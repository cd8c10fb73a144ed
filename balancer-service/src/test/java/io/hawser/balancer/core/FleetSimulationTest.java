package io.hawser.balancer.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.balancer.core.limit.RetryBudget;
import io.hawser.model.Facet.Affinity;
import io.hawser.model.Facet.Strategy;
import io.hawser.model.InstanceKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A fleet under an open load, in simulated time: what each strategy makes of bad instances. */
class FleetSimulationTest {
  private static final int SIZE = 4;
  private static final int RATE = 1_000;
  private static final long MS = 1_000_000L;
  private static final long SECOND_NS = 1_000 * MS;

  private record Answer(long atNs, long startNs, Endpoint by, int status) {}

  private final Random random = new Random(42);
  private final Chooser chooser = new Chooser(random);
  private final List<Endpoint> fleet = new ArrayList<>();
  private final int[] sent = new int[SIZE];
  private final List<Long> latencies = new ArrayList<>();
  private final PriorityQueue<Answer> flying =
      new PriorityQueue<>(Comparator.comparingLong(Answer::atNs));

  private interface Behaviour {
    long tookNs(int instance);
  }

  private void run(Strategy strategy, int seconds, Behaviour behaviour, int badStatus) {
    for (int i = 0; i < SIZE; i++) {
      InstanceKey key = new InstanceKey("s", "i" + i);
      fleet.add(new Endpoint(key, "", "h", 1, 1, "", new EndpointState()));
    }
    Pool pool = Pool.of("s", "c", fleet, "");
    Target target = new Target(pool, strategy, Affinity.NONE, "/");
    for (long n = 0; n < (long) RATE * seconds; n++) {
      long nowNs = n * SECOND_NS / RATE;
      settle(pool, nowNs);
      Endpoint to = chooser.choose(target, "", random.nextLong(), List.of(), nowNs).orElseThrow();
      int index = fleet.indexOf(to);
      to.state().enter();
      to.state().asked(nowNs);
      if (nowNs >= seconds * SECOND_NS / 2) {
        sent[index]++;
      }
      int status = index == 0 ? badStatus : 200;
      flying.add(new Answer(nowNs + behaviour.tookNs(index), nowNs, to, status));
    }
  }

  private void settle(Pool pool, long nowNs) {
    while (!flying.isEmpty() && flying.peek().atNs() <= nowNs) {
      Answer answer = flying.remove();
      EndpointState state = answer.by().state();
      state.leave();
      boolean error = answer.status() >= 500;
      latencies.add(answer.atNs() - answer.startNs());
      state.measured(answer.startNs(), error, answer.atNs());
      state.counted(error, answer.atNs());
      if (error) {
        boolean counts = answer.status() > 501;
        Object unused =
            state.erred(
                pool.mayEject(state, answer.atNs()),
                counts,
                pool.outlier(answer.by(), answer.atNs()),
                answer.atNs());
      } else {
        state.answered(answer.startNs());
      }
    }
  }

  private long exponential(long meanNs) {
    return (long) (-meanNs * Math.log(1 - random.nextDouble()));
  }

  @ParameterizedTest
  @EnumSource(Strategy.class)
  void one_that_fails_fast_gets_next_to_nothing(Strategy strategy) {
    run(strategy, 20, i -> i == 0 ? MS : 10 * MS + exponential(10 * MS), 500);

    assertThat(sent[0]).isLessThan(RATE * 10 / 100);
    assertThat(sent[1] + sent[2] + sent[3]).isGreaterThan(RATE * 99 / 10);
  }

  @ParameterizedTest
  @EnumSource(
      value = Strategy.class,
      names = {"TWO_CHOICES", "PEAK_EWMA", "LEAST_CONNECTIONS", "DYNAMIC_SCORE"})
  void one_that_is_ten_times_slower_gets_less_than_its_share(Strategy strategy) {
    run(strategy, 20, i -> (i == 0 ? 10 : 1) * (10 * MS + exponential(10 * MS)), 200);

    int all = sent[0] + sent[1] + sent[2] + sent[3];
    assertThat(sent[0]).isLessThan(all / 10);
  }

  @ParameterizedTest
  @EnumSource(
      value = Strategy.class,
      names = {"PEAK_EWMA"})
  void one_that_is_ten_times_slower_does_not_drag_the_slowest_hundredth(Strategy strategy) {
    run(strategy, 20, i -> (i == 0 ? 10 : 1) * (10 * MS + exponential(10 * MS)), 200);
    latencies.sort(Comparator.naturalOrder());
    long p99 = latencies.get(latencies.size() * 99 / 100);

    // Of peers alone it would be 10 ms and 4.6 times 10 ms.
    assertThat(p99).isLessThan(2 * 56 * MS);
  }

  @ParameterizedTest
  @EnumSource(Strategy.class)
  void when_all_cannot_answer_they_see_little_more_than_is_offered(Strategy strategy) {
    RetryBudget budget = new RetryBudget(0);
    for (int i = 0; i < SIZE; i++) {
      InstanceKey key = new InstanceKey("s", "i" + i);
      fleet.add(new Endpoint(key, "", "h", 1, 1, "", new EndpointState()));
    }
    Pool pool = Pool.of("s", "c", fleet, "");
    Target target = new Target(pool, strategy, Affinity.NONE, "/");
    int offered = 20_000;
    int seen = 0;
    for (int n = 0; n < offered; n++) {
      long nowNs = n * MS;
      budget.request(nowNs);
      List<InstanceKey> tried = new ArrayList<>();
      do {
        Optional<Endpoint> to = chooser.choose(target, "", random.nextLong(), tried, nowNs);
        if (to.isEmpty()) {
          break;
        }
        seen++;
        tried.add(to.get().key());
        EndpointState state = to.get().state();
        state.measured(nowNs - MS, true, nowNs);
        state.counted(true, nowNs);
        Object unused =
            state.erred(pool.mayEject(state, nowNs), true, pool.outlier(to.get(), nowNs), nowNs);
      } while (tried.size() < 3 && budget.take(nowNs));
    }
    assertThat(seen).isLessThanOrEqualTo(offered * 12 / 10);
    assertThat(seen).isGreaterThanOrEqualTo(offered);
  }
}
