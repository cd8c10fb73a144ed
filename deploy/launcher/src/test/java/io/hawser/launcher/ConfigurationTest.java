package io.hawser.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.launcher.Configuration.Item;
import io.hawser.launcher.config.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigurationTest {
  @TempDir Path dir;

  private Configuration read(String yaml) throws IOException {
    Path file = Files.writeString(dir.resolve("h.yaml"), yaml);
    return Configuration.read(
        Optional.of(file), Map.of("HAWSER_BUS_PORT", "7"), Map.of("cluster.port", "8"));
  }

  private static Item item(Configuration configuration, String key) {
    return configuration.items().stream()
        .filter(i -> i.key().equals(key))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void each_setting_is_there_with_its_value_and_where_it_came_from() throws IOException {
    Configuration read = read("# a comment\napi:\n  port: 6\nnode.id: n\n");
    assertThat(item(read, "api.port").value()).isEqualTo("6");
    assertThat(item(read, "api.port").origin()).isEqualTo("file " + dir.resolve("h.yaml") + ":3");
    assertThat(item(read, "node.id").origin()).endsWith("h.yaml:4");
    assertThat(item(read, "bus.port").origin()).isEqualTo("environment HAWSER_BUS_PORT");
    assertThat(item(read, "cluster.port").origin()).isEqualTo("flag");
    assertThat(item(read, "traffic.port").value()).isEqualTo("8080");
    assertThat(item(read, "traffic.port").origin()).isEqualTo("default");
  }

  @Test
  void secrets_are_not_shown() throws IOException {
    Configuration read = read("webhook.hooks.a: {url: 'http://x', secret: hush}\n");
    assertThat(item(read, "webhook.hooks.a.secret").value()).isEqualTo("***");
    assertThat(item(read, "webhook.hooks.a.url").value()).isEqualTo("http://x");
  }

  @Test
  void a_role_that_is_not_there_is_refused_with_the_nearest_one() {
    assertThatThrownBy(() -> read("node.roles: gatway\n"))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("'gatway'")
        .hasMessageContaining("Did you mean 'gateway'?");
  }

  @Test
  void an_alias_that_contains_itself_is_refused() {
    assertThatThrownBy(() -> read("process.run: &a [*a]\n"))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("h.yaml");
  }

  @Test
  void a_value_that_no_setting_can_have_is_refused_with_its_line() {
    assertThatThrownBy(() -> read("node.id: a\nlog.format: xml\n"))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("log.format must be one of plain, json, got 'xml'")
        .hasMessageContaining("h.yaml:2");
  }
}
