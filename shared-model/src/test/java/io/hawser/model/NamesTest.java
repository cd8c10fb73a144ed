package io.hawser.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
  @ParameterizedTest
  @ValueSource(strings = {"a", "7", "echo", "Echo-2_b.c:8080", "i-0abc@zone"})
  void a_legal_name_is_returned(String name) {
    assertThat(Names.check("service", name)).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " a", "a ", "a b", "-a", ".", "..", ".a", "_a", "a/b", "a\\b", "a\n", "a\u0000", "a%2f",
        "ä", "a\u2028", "~a", "a?b", "a#b", "a\"b"
      })
  void a_name_with_other_characters_is_refused(String name) {
    assertThatThrownBy(() -> Names.check("service", name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("service must start with a letter or digit");
  }

  @Test
  void the_empty_name_is_refused() {
    assertThatThrownBy(() -> new NodeId("")).hasMessage("node id must not be empty");
  }

  @Test
  void a_name_of_the_greatest_length_is_legal_and_a_longer_one_is_not() {
    String longest = "a".repeat(Names.MAX_LENGTH);

    assertThat(Names.check("id", longest)).isEqualTo(longest);
    assertThatThrownBy(() -> Names.check("id", longest + "a")).hasMessageContaining("129");
  }

  @Test
  void both_parts_of_an_instance_key_are_checked() {
    assertThatThrownBy(() -> new InstanceKey("a/b", "c")).hasMessageStartingWith("service");
    assertThatThrownBy(() -> new InstanceKey("a", "b/c")).hasMessageStartingWith("instance id");
    assertThat(new InstanceKey("a", "b")).hasToString("a/b");
  }
}
