package io.hawser.launcher.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.node.NodeSettings;
import io.hawser.node.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SettingsLoaderTest {
  @TempDir Path dir;

  private final SettingsLoader loader =
      new SettingsLoader(NodeSettings.all(), List.of("process.templates"));

  private Path file(String yaml) throws IOException {
    return Files.writeString(dir.resolve("hawser.yaml"), yaml);
  }

  @Test
  void nothing_said_means_the_defaults() {
    Settings settings = loader.load(Optional.empty(), Map.of(), Map.of());
    assertThat(settings.get(NodeSettings.API_PORT)).isEqualTo(8500);
    assertThat(settings.get(NodeSettings.BIND_HOST)).isEqualTo("127.0.0.1");
  }

  @Test
  void flags_win_over_the_environment_and_that_over_the_file() throws IOException {
    Path file = file("api: {port: 1}\ntraffic.port: 2\nbus:\n  port: 3\n");
    Settings settings =
        loader.load(
            Optional.of(file),
            Map.of("HAWSER_API_PORT", "11", "HAWSER_TRAFFIC_PORT", "12", "PATH", "/bin"),
            Map.of("api.port", "21"));
    assertThat(settings.get(NodeSettings.API_PORT)).isEqualTo(21);
    assertThat(settings.get(NodeSettings.TRAFFIC_PORT)).isEqualTo(12);
    assertThat(settings.get(NodeSettings.BUS_PORT)).isEqualTo(3);
    assertThat(settings.all())
        .containsEntry("traffic.port", new Settings.Value("12", "environment HAWSER_TRAFFIC_PORT"));
  }

  @Test
  void an_unknown_key_is_refused_with_the_nearest_known_one() throws IOException {
    Path file = file("api:\n  prot: 9\n");
    assertThatThrownBy(() -> loader.load(Optional.of(file), Map.of(), Map.of()))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("Unknown setting 'api.prot'")
        .hasMessageContaining("Did you mean 'api.port'?");
  }

  @Test
  void an_unknown_variable_is_refused() {
    assertThatThrownBy(
            () -> loader.load(Optional.empty(), Map.of("HAWSER_API_PROT", "1"), Map.of()))
        .hasMessageContaining("Did you mean 'HAWSER_API_PORT'?");
  }

  @Test
  void a_bad_value_is_refused_with_its_origin() {
    assertThatThrownBy(
            () -> loader.load(Optional.empty(), Map.of("HAWSER_API_PORT", "many"), Map.of()))
        .hasMessageContaining("api.port must be a whole number, got 'many'")
        .hasMessageContaining("environment HAWSER_API_PORT");
    assertThatThrownBy(() -> loader.load(Optional.empty(), Map.of(), Map.of("api.port", "70000")))
        .hasMessageContaining("0 to 65535");
  }

  @Test
  void a_structured_part_is_flattened() throws IOException {
    Path file = file("process:\n  templates:\n    echo:\n      command: [java, -cp, \"x y\"]\n");
    Settings settings = loader.load(Optional.of(file), Map.of(), Map.of());
    assertThat(settings.under("process.templates"))
        .containsExactly(
            Map.entry("echo.command.0", "java"),
            Map.entry("echo.command.1", "-cp"),
            Map.entry("echo.command.2", "x y"));
  }

  @Test
  void a_file_that_is_no_yaml_is_refused() throws IOException {
    Path file = file("api: [1, 2\n");
    assertThatThrownBy(() -> loader.load(Optional.of(file), Map.of(), Map.of()))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("no YAML");
    assertThatThrownBy(() -> loader.load(Optional.of(dir.resolve("none.yaml")), Map.of(), Map.of()))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("none.yaml");
  }
}
