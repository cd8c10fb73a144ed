package io.hawser.gateway.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "10.0.0.7",
        "db_1.internal",
        "xn--caf-dma.example.",
        "::1",
        "fe80::1:2",
        "::ffff:10.0.0.1"
      })
  void hosts(String host) {
    assertThat(Text.HOST.fault(host)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a:80",
        "[::1]",
        "a/b",
        "a b",
        "caf\u00e9",
        "-a",
        "a-",
        "::",
        "0.0.0.0",
        "a\u0000",
        "user@host"
      })
  void no_hosts(String host) {
    assertThat(Text.HOST.fault(host)).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://a", "https://a:8443/x?y=z", "http://[::1]:9/"})
  void urls(String url) {
    assertThat(Text.WEB_URL.fault(url)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "/x",
        "ftp://a",
        "http://",
        "http:///x",
        "http://a#f",
        "http://u@a",
        "http://a b",
        "http://a:70000",
        "javascript:alert(1)"
      })
  void no_urls(String url) {
    assertThat(Text.WEB_URL.fault(url)).isNotEmpty();
  }

  @Test
  void the_longest_url_needs_no_deep_stack() throws InterruptedException {
    String longest = "http://a/" + "%20".repeat((Text.MAX_URL - 9) / 3);
    AtomicReference<Object> result = new AtomicReference<>("nothing");
    Thread small =
        new Thread(
            null,
            () -> {
              try {
                result.set(Text.WEB_URL.fault(longest));
              } catch (StackOverflowError e) {
                result.set(e);
              }
            },
            "small",
            256 * 1024);
    small.start();
    small.join();
    assertThat(result.get()).isEqualTo(Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"prot", "PORT", "por", "sport"})
  void what_was_meant_is_found(String typed) {
    assertThat(Closest.to(typed, List.of("host", "port", "weight"))).contains("port");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "zzzzzz", ""})
  void nothing_is_found_for_something_else(String typed) {
    assertThat(Closest.to(typed, List.of("host", "port", "weight"))).isEmpty();
  }
}
