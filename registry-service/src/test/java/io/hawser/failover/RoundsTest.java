package io.hawser.failover;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RoundsTest {
  private static final int MANY = 1_000;

  private final Rounds rounds = new Rounds();
  private final Set<String> services =
      IntStream.range(0, MANY).mapToObj(i -> "s-" + i).collect(Collectors.toSet());

  private Set<String> due() {
    return rounds.due(() -> new TreeSet<>(services));
  }

  @Test
  void the_first_tick_looks_at_all() {
    assertThat(due()).isEqualTo(services);
  }

  @Test
  void after_that_a_tick_looks_at_few_and_a_round_of_ticks_at_all() {
    Set<String> unused = due();
    Set<String> seen = new HashSet<>();
    for (int tick = 0; tick < Rounds.TICKS; tick++) {
      Set<String> due = due();
      assertThat(due).hasSize(MANY / Rounds.TICKS);
      seen.addAll(due);
    }

    assertThat(seen).isEqualTo(services);
  }

  @Test
  void a_restless_service_is_looked_at_with_each_tick_until_it_is_settled() {
    Set<String> unused = due();
    rounds.restless("s-7");
    for (int tick = 0; tick < 2 * Rounds.TICKS; tick++) {
      assertThat(due()).contains("s-7");
    }
    rounds.settled("s-7");
    int looks = 0;
    for (int tick = 0; tick < Rounds.TICKS; tick++) {
      looks += due().contains("s-7") ? 1 : 0;
    }

    assertThat(looks).isEqualTo(1);
  }

  @Test
  void when_something_may_have_been_missed_the_next_tick_looks_at_all() {
    Set<String> unused = due();
    unused = due();
    rounds.restart();

    assertThat(due()).isEqualTo(services);
  }
}
