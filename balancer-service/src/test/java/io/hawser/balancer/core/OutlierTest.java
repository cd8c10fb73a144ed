package io.hawser.balancer.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.balancer.core.EndpointState.Change;
import io.hawser.model.Facet.Affinity;
import io.hawser.model.Facet.Strategy;
import io.hawser.model.InstanceKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OutlierTest {
  private static final long SECOND_NS = 1_000_000_000L;
  private final Chooser chooser = new Chooser(new Random(1));

  private static Endpoint endpoint(String id) {
    return new Endpoint(new InstanceKey("s", id), "", "h", 1, 1, "", new EndpointState());
  }

  private static Pool pool(Endpoint... endpoints) {
    return Pool.of("s", "c", List.of(endpoints), "");
  }

  private Set<String> chosen(Pool pool, long nowNs) {
    Set<String> ids = new HashSet<>();
    Target target = new Target(pool, Strategy.WEIGHTED_RANDOM, Affinity.NONE, "/");
    for (int i = 0; i < 100; i++) {
      chooser.choose(target, "", List.of(), nowNs).ifPresent(e -> ids.add(e.key().id()));
    }
    return ids;
  }

  @Test
  void the_fifth_error_in_a_row_ejects_and_an_error_on_probation_does_so_again() {
    EndpointState state = new EndpointState();
    for (int i = 0; i < 4; i++) {
      assertThat(state.erred(true, true, false, i)).isEqualTo(Change.NOTHING);
    }
    assertThat(state.erred(true, true, false, 5)).isEqualTo(Change.EJECTED);
    assertThat(state.admit(2 * SECOND_NS)).isTrue();
    state.answeredBadly(2 * SECOND_NS);
    assertThat(state.erred(true, false, false, 2 * SECOND_NS + 1)).isEqualTo(Change.EJECTED_AGAIN);
    assertThat(state.ejected(4 * SECOND_NS)).isTrue();
  }

  @Test
  void half_of_a_pool_may_be_ejected_and_never_the_last() {
    Endpoint a = endpoint("a");
    Endpoint b = endpoint("b");
    Endpoint c = endpoint("c");
    Pool pool = pool(a, b, c);
    assertThat(pool.mayEject(b.state(), 0)).isTrue();
    assertThat(a.state().unreachable(0)).isEqualTo(Change.EJECTED);
    assertThat(pool.mayEject(b.state(), 1)).isFalse();
    assertThat(pool(a, b).mayEject(b.state(), 1)).isFalse();
  }

  @Test
  void one_on_probation_is_out_already_and_may_be_ejected_again() {
    Endpoint a = endpoint("a");
    Endpoint b = endpoint("b");
    assertThat(a.state().unreachable(0)).isEqualTo(Change.EJECTED);
    assertThat(a.state().admit(SECOND_NS)).isTrue();

    assertThat(pool(a, b).mayEject(a.state(), SECOND_NS + 1)).isTrue();
  }

  @Test
  void when_most_are_ejected_all_are_used_that_take_connections() {
    Endpoint refusing = endpoint("refusing");
    Endpoint silent = endpoint("silent");
    Endpoint erring = endpoint("erring");
    Endpoint good = endpoint("good");
    Pool pool = pool(refusing, silent, erring, good);
    assertThat(refusing.state().unreachable(0)).isEqualTo(Change.EJECTED);
    for (int i = 0; i < 3; i++) {
      Object unused = silent.state().unanswered(0);
    }
    assertThat(chosen(pool, 1)).containsExactlyInAnyOrder("erring", "good");
    for (int i = 0; i < 5; i++) {
      Object unused = erring.state().erred(true, true, false, 1);
    }
    assertThat(chosen(pool, 2)).containsExactlyInAnyOrder("silent", "erring", "good");
  }

  @Test
  void equal_keys_stay_together_and_only_those_of_the_gone_move() {
    Endpoint a = endpoint("a");
    Endpoint b = endpoint("b");
    Endpoint c = endpoint("c");
    Target all = new Target(pool(a, b, c), Strategy.TWO_CHOICES, Affinity.HEADER, "/");
    Target two = new Target(pool(a, b), Strategy.TWO_CHOICES, Affinity.HEADER, "/");
    Map<Long, String> homes = new HashMap<>();
    Random keys = new Random(2);
    for (int i = 0; i < 300; i++) {
      long key = keys.nextLong();
      String home = chooser.choose(all, "", key, List.of(), 0).orElseThrow().key().id();
      homes.put(key, home);
      assertThat(chooser.choose(all, "", key, List.of(), 0).orElseThrow().key().id())
          .isEqualTo(home);
    }
    assertThat(new HashSet<>(homes.values())).hasSize(3);
    homes.forEach(
        (key, home) -> {
          String next = chooser.choose(two, "", key, List.of(), 0).orElseThrow().key().id();
          assertThat(next).isEqualTo(home.equals("c") ? next : home);
        });
  }

  @Test
  void one_that_comes_back_gets_its_share_by_and_by() {
    Endpoint old = endpoint("old");
    Endpoint back = endpoint("back");
    back.state().warm();
    Target target = new Target(pool(old, back), Strategy.WEIGHTED_RANDOM, Affinity.NONE, "/");
    int[] counts = new int[2];
    for (int half = 0; half < 2; half++) {
      for (int i = 0; i < 10_000; i++) {
        Endpoint to = chooser.choose(target, "", List.of(), half * (40 * SECOND_NS)).orElseThrow();
        counts[half] += to.equals(back) ? 1 : 0;
      }
    }
    assertThat(counts[0]).isBetween(700, 1_200);
    assertThat(counts[1]).isBetween(4_700, 5_300);
  }
}
