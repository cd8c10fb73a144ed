package io.hawser.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class StorageKeysTest {
  @Test
  void keys_with_one_tag_are_in_one_group() {
    assertThat(StorageKeys.tag("user/{42}/name")).isEqualTo("42");
    assertThat(StorageKeys.tag("a{}b")).isEqualTo("a{}b");
    assertThat(StorageKeys.tag("a{b")).isEqualTo("a{b");
    assertThat(StorageKeys.group("user/{42}/name", 64))
        .isEqualTo(StorageKeys.group("user/{42}/mail", 64))
        .isEqualTo(StorageKeys.group("42", 64));
  }

  @Test
  void a_prefix_has_one_group_when_it_has_the_whole_tag() {
    assertThat(StorageKeys.groupOfPrefix("user/{42}/", 64))
        .contains(StorageKeys.group("user/{42}/name", 64));
    assertThat(StorageKeys.groupOfPrefix("user/{4", 64)).isEmpty();
    assertThat(StorageKeys.groupOfPrefix("user/", 1)).contains("data-0");
  }

  /** A key must be found by every later version: these never change. */
  @Test
  void the_group_of_a_key_never_changes() {
    assertThat(StorageKeys.group("a", 3)).isEqualTo("data-1");
    assertThat(StorageKeys.group("b", 3)).isEqualTo("data-0");
    assertThat(StorageKeys.group("\u00e9", 64)).isEqualTo("data-30");
  }

  @Test
  void a_key_is_not_empty_and_not_too_long_in_utf8() {
    assertThat(StorageKeys.fault("")).isPresent();
    assertThat(StorageKeys.fault("x".repeat(1_024))).isEqualTo(Optional.empty());
    assertThat(StorageKeys.fault("\u00e9".repeat(513))).isPresent();
  }
}
