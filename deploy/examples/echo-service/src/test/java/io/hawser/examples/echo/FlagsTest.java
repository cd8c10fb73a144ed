package io.hawser.examples.echo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;

class FlagsTest {
  @Test
  void several_gateways_are_read_in_their_order_without_trailing_slashes() {
    Flags flags = Flags.parse("--api", "http://a:1/, http://b:2", "--id", "echo-7", "--port", "9");
    assertThat(flags.gateways())
        .containsExactly(URI.create("http://a:1"), URI.create("http://b:2"));
    assertThat(flags.id()).isEqualTo("echo-7");
    assertThat(flags.port()).isEqualTo(9);
    assertThat(flags.ttlMs()).isEqualTo(3000);
  }

  @Test
  void a_wrong_flag_is_named() {
    assertThatThrownBy(() -> Flags.parse("--prot", "1")).hasMessageContaining("--prot");
    assertThatThrownBy(() -> Flags.parse("--port")).hasMessageContaining("--port needs a value");
    assertThatThrownBy(() -> Flags.parse("--port", "x")).hasMessageContaining("'x'");
    assertThatThrownBy(() -> Flags.parse("--port", "70000")).hasMessageContaining("65535");
  }
}
