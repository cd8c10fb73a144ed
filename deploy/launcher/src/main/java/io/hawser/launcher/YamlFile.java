package io.hawser.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** A YAML 1.2 file as flat, dotted keys. List items go by their index. */
final class YamlFile {
  private YamlFile() {}

  static Map<String, String> read(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw new StartFailure(
          StartFailure.BAD_SETTINGS, "Cannot read the configuration " + file + ": " + e, e);
    }
    try {
      Object root =
          new Load(LoadSettings.builder().setLabel(file.toString()).build()).loadFromString(text);
      TreeMap<String, String> flat = new TreeMap<>();
      flatten("", root, flat);
      return flat;
    } catch (YamlEngineException e) {
      throw new StartFailure(
          StartFailure.BAD_SETTINGS, "The configuration is no YAML: " + e.getMessage(), e);
    }
  }

  private static void flatten(String prefix, @Nullable Object node, Map<String, String> into) {
    switch (node) {
      case Map<?, ?> map ->
          map.forEach((key, value) -> flatten(join(prefix, String.valueOf(key)), value, into));
      case List<?> list -> {
        for (int i = 0; i < list.size(); i++) {
          flatten(join(prefix, Integer.toString(i)), list.get(i), into);
        }
      }
      case null -> {
        if (!prefix.isEmpty()) {
          into.put(prefix, "");
        }
      }
      default -> into.put(prefix, node.toString());
    }
  }

  private static String join(String prefix, String key) {
    return prefix.isEmpty() ? key : prefix + "." + key;
  }
}
