package io.hawser.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HostCheckTest {
  private final HostCheck check = new HostCheck("hawser.example, other.example");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LocalHost:8500",
        "127.0.0.1:8500",
        "10.1.2.3",
        "[::1]:8500",
        "[::1]",
        "hawser.example",
        "other.example:443"
      })
  void addresses_localhost_and_configured_names_are_let_in(String host) {
    assertThat(check.allowedHost(host)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example:8500",
        "",
        "evil.example:127.0.0.1",
        "::1",
        "evil.example:99999999",
        "localhost:abc",
        "localhost/",
        "evil .example",
        "user@localhost",
        "[::1"
      })
  void other_names_are_kept_out(String host) {
    assertThat(check.allowedHost(host)).isFalse();
  }
}
