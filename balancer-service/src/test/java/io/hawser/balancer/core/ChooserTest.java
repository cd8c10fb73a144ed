package io.hawser.balancer.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.balancer.core.EndpointState.Change;
import io.hawser.model.Facet.Affinity;
import io.hawser.model.Facet.Strategy;
import io.hawser.model.InstanceKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ChooserTest {
  private static final List<Strategy> STRATEGIES = List.of(Strategy.values());
  private static final long SECOND_NS = 1_000_000_000L;
  private final Chooser chooser = new Chooser(() -> 0L);

  private static Endpoint endpoint(String id, int weight) {
    return new Endpoint(
        new InstanceKey("echo", id), "one", "h", 1, weight, "token-" + id, new EndpointState());
  }

  private static Target target(Strategy strategy, Endpoint... endpoints) {
    return new Target(
        Pool.of("echo", "cookie", List.of(endpoints), ""), strategy, Affinity.COOKIE, "/");
  }

  private String choose(Target target, String pinned, List<InstanceKey> tried, long nowNs) {
    return chooser.choose(target, pinned, tried, nowNs).map(e -> e.key().id()).orElse("nobody");
  }

  @Test
  void instances_that_were_tried_are_not_chosen_again() {
    Endpoint a = endpoint("a", 1);
    Endpoint b = endpoint("b", 1);
    Target target = target(Strategy.ROUND_ROBIN, a, b);

    assertThat(choose(target, "", List.of(a.key()), 0)).isEqualTo("b");
    assertThat(choose(target, "", List.of(a.key(), b.key()), 0)).isEqualTo("nobody");
  }

  @Test
  void an_ejected_instance_is_passed_over_until_its_time_is_over() {
    Endpoint a = endpoint("a", 1);
    Endpoint b = endpoint("b", 1);
    Target target = target(Strategy.ROUND_ROBIN, a, b);
    assertThat(a.state().unreachable(0)).isEqualTo(Change.EJECTED);

    for (int i = 0; i < 4; i++) {
      assertThat(choose(target, "", List.of(), 1)).isEqualTo("b");
    }
    Set<String> later = new HashSet<>();
    for (int i = 0; i < 4; i++) {
      later.add(choose(target, "", List.of(), SECOND_NS));
    }
    assertThat(later).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void when_all_are_ejected_the_first_to_be_taken_back_is_used() {
    Endpoint a = endpoint("a", 1);
    Endpoint b = endpoint("b", 1);
    Target target = target(Strategy.ROUND_ROBIN, a, b);
    assertThat(b.state().unreachable(0)).isEqualTo(Change.EJECTED);
    assertThat(a.state().unreachable(10)).isEqualTo(Change.EJECTED);

    assertThat(choose(target, "", List.of(), 20)).isEqualTo("b");
    assertThat(choose(target, "", List.of(b.key()), 20)).isEqualTo("a");
  }

  @Test
  void in_panic_one_that_refused_is_tried_by_one_request_a_second_only() {
    Endpoint a = endpoint("a", 1);
    Endpoint b = endpoint("b", 1);
    Endpoint c = endpoint("c", 1);
    Target target = target(Strategy.ROUND_ROBIN, a, b, c);
    assertThat(a.state().unreachable(0)).isEqualTo(Change.EJECTED);
    for (int i = 0; i < Ejection.UNANSWERED_LIMIT; i++) {
      for (Endpoint silent : List.of(b, c)) {
        Change unused = silent.state().unanswered(SECOND_NS);
      }
    }
    long nowNs = SECOND_NS + 1;
    assertThat(target.pool().panics(nowNs)).isTrue();

    List<String> chosen = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      chosen.add(choose(target, "", List.of(), nowNs));
    }
    assertThat(chosen).contains("b", "c").containsOnlyOnce("a");
  }

  @Test
  void of_none_but_ejected_ones_one_that_takes_connections_is_used_first() {
    Endpoint a = endpoint("a", 1);
    Endpoint b = endpoint("b", 1);
    Target target = target(Strategy.ROUND_ROBIN, a, b);
    assertThat(a.state().unreachable(0)).isEqualTo(Change.EJECTED);
    for (int i = 0; i < Ejection.UNANSWERED_LIMIT; i++) {
      Change unused = b.state().unanswered(10);
    }

    assertThat(choose(target, "", List.of(), 20)).isEqualTo("b");
  }

  @Test
  void a_pinned_client_stays_even_with_an_instance_that_is_being_drained() {
    Endpoint a = endpoint("a", 0);
    Endpoint b = endpoint("b", 1);
    Target target = target(Strategy.ROUND_ROBIN, a, b);

    assertThat(choose(target, "token-a", List.of(), 0)).isEqualTo("a");
    assertThat(choose(target, "", List.of(), 0)).isEqualTo("b");
  }

  @Test
  void a_pinned_client_is_moved_when_its_instance_is_ejected_tried_or_gone() {
    Endpoint a = endpoint("a", 1);
    Endpoint b = endpoint("b", 1);
    Target target = target(Strategy.ROUND_ROBIN, a, b);

    assertThat(choose(target, "token-a", List.of(a.key()), 0)).isEqualTo("b");
    assertThat(choose(target(Strategy.ROUND_ROBIN, b), "token-a", List.of(), 0)).isEqualTo("b");
    assertThat(choose(target(Strategy.ROUND_ROBIN, b), "forged", List.of(), 0)).isEqualTo("b");
    assertThat(a.state().unreachable(0)).isEqualTo(Change.EJECTED);
    assertThat(choose(target, "token-a", List.of(), 1)).isEqualTo("b");
  }

  @Test
  void whatever_happens_somebody_untried_is_chosen_while_there_is_one() {
    SplittableRandom random = new SplittableRandom(9);
    Chooser seeded = new Chooser(random);
    for (int round = 0; round < 2_000; round++) {
      List<Endpoint> endpoints = new ArrayList<>();
      List<InstanceKey> tried = new ArrayList<>();
      for (int i = 0; i < random.nextInt(6); i++) {
        Endpoint endpoint = endpoint("i" + i, random.nextInt(3));
        endpoints.add(endpoint);
        if (random.nextBoolean()) {
          Change unused = endpoint.state().unreachable(random.nextLong(3 * SECOND_NS));
        }
        if (random.nextInt(3) == 0) {
          tried.add(endpoint.key());
        }
      }
      Strategy strategy = STRATEGIES.get(random.nextInt(STRATEGIES.size()));
      Target target = target(strategy, endpoints.toArray(Endpoint[]::new));

      Optional<Endpoint> chosen = seeded.choose(target, "", tried, 2 * SECOND_NS);

      List<InstanceKey> left =
          target.pool().open().stream().map(Endpoint::key).filter(k -> !tried.contains(k)).toList();
      assertThat(chosen.isPresent()).as("seed 9 round %d", round).isEqualTo(!left.isEmpty());
      assertThat(left).containsAll(chosen.map(Endpoint::key).stream().toList());
    }
  }
}
