package io.hawser.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * To write the file again: {@code mvn test -Dtest=SettingsReferenceTest -Dhawser.docs.write=true}.
 */
final class SettingsReferenceTest {
  private static final Path FILE = Path.of("..", "docs", "settings.md");

  @Test
  void the_reference_of_the_settings_is_up_to_date() throws IOException {
    String expected = Configuration.reference();
    if (Boolean.getBoolean("hawser.docs.write")) {
      Files.writeString(FILE, expected);
    }
    assertThat(Files.readString(FILE)).isEqualTo(expected);
  }

  @Test
  void every_setting_says_what_it_is_for() {
    assertThat(Modules.onClassPath().settingKeys())
        .allSatisfy(key -> assertThat(key.doc()).as(key.name()).isNotBlank().doesNotEndWith("."));
  }
}
