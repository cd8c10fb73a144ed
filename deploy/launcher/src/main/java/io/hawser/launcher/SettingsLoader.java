package io.hawser.launcher;

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
final class SettingsLoader {
  /** Variables of the launcher script and the command line, which are no settings of a node. */
  private static final Set<String> OTHER_VARIABLES =
      Set.of(
          "HAWSER_JAVA_HOME",
          "HAWSER_JAVA_OPTS",
          "HAWSER_JDK_ROOTS",
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

  SettingsLoader(List<SettingKey<?>> keys, List<String> trees) {
    this.keys = List.copyOf(keys);
    this.trees = List.copyOf(trees);
  }

  Settings load(Optional<Path> file, Map<String, String> environment, Map<String, String> flags) {
    TreeMap<String, Value> values = new TreeMap<>();
    file.ifPresent(
        path -> YamlFile.read(path).forEach((k, v) -> put(values, k, v, "file " + path)));
    Map<String, String> byVariable = new HashMap<>();
    keys.forEach(key -> byVariable.put(variable(key.name()), key.name()));
    environment.forEach(
        (name, text) -> {
          if (name.startsWith("HAWSER_") && !OTHER_VARIABLES.contains(name)) {
            String key = byVariable.get(name);
            if (key == null) {
              throw unknown(name, "environment", byVariable.keySet());
            }
            put(values, key, text, "environment " + name);
          }
        });
    flags.forEach((key, text) -> put(values, key, text, "flag"));
    Settings settings = new Settings(values);
    validate(settings);
    return settings;
  }

  /** The environment variable of a key: {@code api.port} is {@code HAWSER_API_PORT}. */
  static String variable(String key) {
    return "HAWSER_" + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  private void put(Map<String, Value> values, String key, String text, String origin) {
    Set<String> known = new TreeSet<>();
    keys.forEach(k -> known.add(k.name()));
    boolean inTree = trees.stream().anyMatch(tree -> key.startsWith(tree + "."));
    if (!known.contains(key) && !inTree) {
      known.addAll(trees);
      throw unknown(key, origin, known);
    }
    values.put(key, new Value(text, origin));
  }

  private static StartFailure unknown(String key, String origin, Set<String> known) {
    String hint =
        Suggestion.nearest(key, known).map(near -> " Did you mean '" + near + "'?").orElse("");
    return new StartFailure(
        StartFailure.BAD_SETTINGS, "Unknown setting '" + key + "' (from " + origin + ")." + hint);
  }

  private void validate(Settings settings) {
    for (SettingKey<?> key : keys) {
      try {
        Object unused = settings.get(key);
      } catch (IllegalArgumentException e) {
        throw new StartFailure(StartFailure.BAD_SETTINGS, String.valueOf(e.getMessage()), e);
      }
    }
  }
}
