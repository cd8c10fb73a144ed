package io.hawser.launcher.config;

import io.hawser.node.SettingKey;
import java.util.Comparator;
import java.util.List;

/** The reference of all settings, in Markdown, made from the settings themselves. */
public final class SettingsReference {
  /** The settings of a role, or of the node itself. */
  public record Section(String title, List<SettingKey<?>> keys, List<String> trees) {
    public Section {
      keys = List.copyOf(keys);
      trees = List.copyOf(trees);
    }
  }

  private static final String INTRODUCTION =
      """
      # Settings

      Written by the build from the settings themselves (`SettingsReferenceTest`); do not edit.

      A setting comes from a flag (`--set api.port=8600`), else from the environment variable, else from the file
      (`--config`), else it is the default. In the file, dots part levels: `api.port` may also be written as `port` under
      `api`. A key that nobody reads is an error. `hawser config show --origin` tells each value and where it came from.
      """;

  private SettingsReference() {}

  /** The text of the reference. */
  public static String markdown(List<Section> sections) {
    StringBuilder text = new StringBuilder(INTRODUCTION);
    sections.forEach(section -> append(section, text));
    return text.toString();
  }

  private static void append(Section section, StringBuilder text) {
    if (section.keys().isEmpty() && section.trees().isEmpty()) {
      return;
    }
    text.append("\n## ").append(section.title()).append('\n');
    if (!section.keys().isEmpty()) {
      text.append("\n| setting | default | may be | environment | |\n|---|---|---|---|---|\n");
      section.keys().stream()
          .sorted(Comparator.comparing(key -> key.name()))
          .forEach(key -> append(key, text));
    }
    if (!section.trees().isEmpty()) {
      text.append("\nStructured settings, in the file only, under: `")
          .append(String.join("`, `", section.trees()))
          .append("`. `deploy/conf/hawser.yaml` shows them.\n");
    }
  }

  private static void append(SettingKey<?> key, StringBuilder text) {
    text.append("| `").append(key.name()).append("` | ");
    text.append(key.defaultText().isEmpty() ? "" : "`" + key.defaultText() + "`").append(" | ");
    text.append(cell(key.legal())).append(" | `").append(SettingsLoader.variable(key.name()));
    text.append("` | ").append(cell(key.doc())).append(" |\n");
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }
}
