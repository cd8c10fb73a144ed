package io.hawser.storage.group.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class WaitsTest {
  private final Waits<String> waits = new Waits<>(3);

  @Test
  void a_change_wakes_those_whose_prefix_it_has() {
    waits.add("all", "", 100);
    waits.add("a", "a/", 100);
    waits.add("b", "b/", 100);

    assertThat(waits.changed(List.of("a/1", "c"))).containsExactlyInAnyOrder("all", "a");
    assertThat(waits.changed(List.of("a/1"))).isEmpty();
    assertThat(waits.size()).isEqualTo(1);
  }

  @Test
  void those_whose_time_is_over_go_also_over_the_wrap_of_the_clock() {
    waits.add("early", "", Long.MAX_VALUE);
    waits.add("late", "", Long.MIN_VALUE + 10);

    assertThat(waits.due(Long.MAX_VALUE - 1)).isEmpty();
    assertThat(waits.due(Long.MIN_VALUE)).containsExactly("early");
    assertThat(waits.due(Long.MIN_VALUE + 10)).containsExactly("late");
  }

  @Test
  void no_more_wait_than_may() {
    waits.add("1", "", 1);
    waits.add("2", "", 1);
    waits.add("3", "", 1);

    assertThat(waits.full()).isTrue();
    assertThatThrownBy(() -> waits.add("4", "", 1)).isInstanceOf(IllegalStateException.class);
    assertThat(waits.all()).containsExactly("1", "2", "3");
    assertThat(waits.full()).isFalse();
  }

  @Test
  void each_prefix_of_a_key_is_found_among_others_that_are_near() {
    List<String> prefixes =
        List.of("", "a", "a/", "a/b", "a/b/c", "a/b/ca", "a/b/cz", "a/c", "a0", "b", "\u00e4/");
    Waits<String> some = new Waits<>(prefixes.size());
    for (String key : List.of("a/b/cb", "a/b/c", "a", "a/", "b", "a/b/d", "\u00e4/x", "0", "c")) {
      prefixes.forEach(prefix -> some.add(prefix, prefix, 100));

      assertThat(some.changed(List.of(key)))
          .as(key)
          .containsExactlyInAnyOrderElementsOf(prefixes.stream().filter(key::startsWith).toList());
      assertThat(some.due(100))
          .as("those left after " + key)
          .containsExactlyElementsOf(
              prefixes.stream().filter(prefix -> !key.startsWith(prefix)).toList());
      assertThat(some.size()).isZero();
    }
  }
}
