package io.hawser.launcher.config;

import io.hawser.node.SettingKey;
import io.hawser.node.Settings;
import io.hawser.node.Settings.Value;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads the settings of a node: flags over {@code HAWSER_*} environment over file over defaults. A
 * key that nobody reads is an error that names the nearest one that somebody does.
 */
public final class SettingsLoader {
  /** Variables of the launcher script and the command line, which are no settings of a node. */
  private static final Set<String> OTHER_VARIABLES =
      Set.of(
          "HAWSER_JAVA_HOME",
          "HAWSER_JAVA_OPTS",
          "HAWSER_JDK_ROOTS",
          "HAWSER_AOT",
          "HAWSER_BUILD",
          "HAWSER_MAVEN_ARGS",
          "HAWSER_HOME",
          "HAWSER_SERVER",
          "HAWSER_SERVICE",
          "HAWSER_INSTANCE_ID",
          "HAWSER_PROCESS_TOKEN",
          "HAWSER_API");

  private final List<SettingKey<?>> keys;
  private final List<String> trees;

  /**
   * @param keys every setting that somebody reads
   * @param trees starts of structured settings, under which any key is legal
   */
  public SettingsLoader(List<SettingKey<?>> keys, List<String> trees) {
    this.keys = List.copyOf(keys);
    this.trees = List.copyOf(trees);
  }

  /**
   * Reads and checks all settings.
   *
   * @throws StartFailure when one is unknown or has no legal value
   */
  public Settings load(
      Optional<Path> file, Map<String, String> environment, Map<String, String> flags) {
    TreeMap<String, Value> values = new TreeMap<>();
    file.ifPresent(path -> YamlFile.read(path).forEach((key, value) -> put(values, key, value)));
    Map<String, String> byVariable = new HashMap<>();
    keys.forEach(key -> byVariable.put(variable(key.name()), key.name()));
    environment.forEach(
        (name, text) -> {
          if (name.startsWith("HAWSER_") && !OTHER_VARIABLES.contains(name)) {
            String key = byVariable.get(name);
            if (key == null) {
              throw unknown(name, "environment", byVariable.keySet());
            }
            put(values, key, new Value(text, "environment " + name));
          }
        });
    flags.forEach((key, text) -> put(values, key, new Value(text, "flag")));
    Settings settings = new Settings(values);
    validate(settings);
    return settings;
  }

  /** The environment variable of a key: {@code api.port} is {@code HAWSER_API_PORT}. */
  public static String variable(String key) {
    return "HAWSER_" + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  private void put(Map<String, Value> values, String key, Value value) {
    Set<String> known = new TreeSet<>();
    keys.forEach(k -> known.add(k.name()));
    boolean inTree = trees.stream().anyMatch(tree -> key.startsWith(tree + "."));
    if (!known.contains(key) && !inTree) {
      known.addAll(trees);
      throw unknown(key, value.origin(), known);
    }
    values.put(key, value);
  }

  private static StartFailure unknown(String key, String origin, Set<String> known) {
    return new StartFailure(
        StartFailure.BAD_SETTINGS,
        "Unknown setting '" + key + "' (from " + origin + ")",
        "no role of this node reads it",
        Suggestion.nearest(key, known)
            .map(near -> "Did you mean '" + near + "'?")
            .orElse("'hawser config show' lists the settings there are"));
  }

  private void validate(Settings settings) {
    for (SettingKey<?> key : keys) {
      try {
        Object unused = settings.get(key);
      } catch (IllegalArgumentException e) {
        throw new StartFailure(
            StartFailure.BAD_SETTINGS,
            "A setting has no legal value",
            String.valueOf(e.getMessage()),
            "correct it there; 'hawser config show' says what each setting is for",
            e);
      }
    }
  }
}
