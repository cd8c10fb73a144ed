package io.hawser.launcher.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SuggestionTest {
  @Test
  void the_nearest_word_is_suggested() {
    assertThat(Suggestion.nearest("api.prot", List.of("api.port", "bus.port")))
        .contains("api.port");
  }

  @Test
  void nothing_is_suggested_when_nothing_is_near() {
    assertThat(Suggestion.nearest("completely.different", List.of("api.port"))).isEmpty();
  }

  @Test
  void the_distance_counts_single_changes() {
    assertThat(Suggestion.distance("", "abc")).isEqualTo(3);
    assertThat(Suggestion.distance("abc", "abc")).isZero();
    assertThat(Suggestion.distance("abc", "adc")).isEqualTo(1);
    assertThat(Suggestion.distance("abc", "ac")).isEqualTo(1);
  }
}
