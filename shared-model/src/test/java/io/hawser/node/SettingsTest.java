package io.hawser.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {
  private static final SettingKey<Integer> PORT =
      SettingKey.integer("api.port", 8500, 0, 65_535, "a port");
  private static final SettingKey<Boolean> FLAG = SettingKey.flag("insecure", false, "a flag");
  private static final SettingKey<Long> WAIT = SettingKey.millis("wait-ms", 5, 1, 10, "a wait");

  @Test
  void what_nobody_set_has_its_default() {
    assertThat(Settings.of(Map.of()).get(PORT)).isEqualTo(8500);
  }

  @Test
  void a_value_is_read_without_the_blanks_around_it() {
    assertThat(Settings.of(Map.of("api.port", " 80 ")).get(PORT)).isEqualTo(80);
  }

  @Test
  void the_bounds_are_legal_and_what_is_beyond_is_refused() {
    assertThat(Settings.of(Map.of("api.port", "0")).get(PORT)).isZero();
    assertThat(Settings.of(Map.of("api.port", "65535")).get(PORT)).isEqualTo(65_535);
    assertRefused(PORT, "65536", "api.port must be 0 to 65535, got 65536");
    assertRefused(PORT, "-1", "api.port must be 0 to 65535, got -1");
    assertRefused(WAIT, "0", "wait-ms must be 1 to 10, got 0");
    assertRefused(WAIT, "4294967300", "got 4294967300");
  }

  @Test
  void what_is_no_number_is_refused_with_its_origin() {
    Settings settings =
        new Settings(Map.of("api.port", new Settings.Value("8o8o", "file conf.yaml")));

    assertThatThrownBy(() -> settings.get(PORT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("api.port must be a whole number, got '8o8o' (from file conf.yaml)");
  }

  @Test
  void a_flag_takes_the_usual_words_and_no_others() {
    for (String yes : new String[] {"true", "YES", " on "}) {
      assertThat(Settings.of(Map.of("insecure", yes)).get(FLAG)).isTrue();
    }
    for (String no : new String[] {"false", "No", "off"}) {
      assertThat(Settings.of(Map.of("insecure", no)).get(FLAG)).isFalse();
    }
    assertRefused(FLAG, "maybe", "insecure must be true or false");
    assertRefused(FLAG, "", "insecure must be true or false");
  }

  @Test
  void a_structured_part_has_what_is_under_its_name_and_no_neighbours() {
    Settings settings =
        Settings.of(
            Map.of(
                "process.run.0.service", "echo",
                "process.run.0.port", "1",
                "process.runner", "x",
                "process.run", "y",
                "process.run-0", "z"));

    assertThat(settings.under("process.run"))
        .containsExactlyInAnyOrderEntriesOf(Map.of("0.service", "echo", "0.port", "1"));
    assertThat(settings.under("nothing")).isEmpty();
  }

  @Test
  void keys_of_the_node_are_all_different_and_documented() {
    assertThat(NodeSettings.all()).extracting(SettingKey::name).doesNotHaveDuplicates();
    assertThat(NodeSettings.all()).allSatisfy(key -> assertThat(key.doc()).isNotBlank());
  }

  @Test
  void a_node_is_ready_when_all_of_its_roles_are() {
    Readiness readiness = new Readiness();
    readiness.waiting("registry", "first exchange");
    readiness.ready("gateway");
    assertThat(readiness.allReady()).isFalse();

    readiness.ready("registry");

    assertThat(readiness.allReady()).isTrue();
    assertThat(readiness.roles()).containsEntry("registry", Readiness.READY);
  }

  private static void assertRefused(SettingKey<?> key, String text, String why) {
    Settings settings = Settings.of(Map.of(key.name(), text));
    assertThatThrownBy(() -> settings.get(key)).hasMessageContaining(why);
  }
}
