package io.hawser.balancer.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedProxiesTest {
  private final TrustedProxies trusted =
      TrustedProxies.of(" 192.0.2.1, 10.0.0.0/8 ,2001:db8::1,fd00::/8,172.16.0.0/12, ");

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, true",
    "192.0.2.2, false",
    "10.255.0.1, true",
    "11.0.0.1, false",
    "172.31.255.255, true",
    "172.32.0.0, false",
    "2001:0DB8:0:0:0:0:0:1, true",
    "2001:db8::2, false",
    "fdff::1, true",
    "fe00::1, false",
    "::ffff:10.0.0.1, true",
  })
  void addresses_are_compared_as_such(String address, boolean has) throws Exception {
    assertThat(trusted.has(InetAddress.getByName(address))).isEqualTo(has);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"proxy.example", "10.0.0.0/33", "10.0.0.0/", "fd00::/129", "10.0.0/8", "/8"})
  void what_is_neither_an_address_nor_a_network_is_refused(String list) {
    assertThatThrownBy(() -> TrustedProxies.of(list))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("balancer.trusted-proxies");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "203.0.113.7                                  | 203.0.113.7",
        "198.51.100.9, 203.0.113.7                    | 203.0.113.7",
        "198.51.100.9, 203.0.113.7, 10.1.1.1,10.2.2.2 | 203.0.113.7",
        "203.0.113.7:4711, 10.1.1.1:80                | 203.0.113.7",
        "'[2001:db8::7]:4711, fd00::1'                | 2001:db8::7",
        "1.1.1.1, unknown, 10.1.1.1                   | unknown",
        "10.3.3.3, , 10.1.1.1                         | 10.3.3.3",
        "''                                           | 192.0.2.1",
      })
  void the_client_is_the_last_hop_that_is_not_trusted(String claims, String client) {
    assertThat(trusted.client(claims, "192.0.2.1")).isEqualTo(client);
  }

  @Test
  void nobody_is_trusted_without_a_list() {
    assertThat(TrustedProxies.of("").has(InetAddress.getLoopbackAddress())).isFalse();
  }
}
