package io.hawser.launcher.config;

import io.hawser.node.Settings.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A YAML 1.2 file as flat, dotted keys, each with the line that it stands on. List items go by
 * their index.
 */
public final class YamlFile {
  /** Deeper than any setting; an alias that contains itself has no end. */
  private static final int MAX_DEPTH = 20;

  private final Path file;
  private final TreeMap<String, String> values = new TreeMap<>();
  private final Map<String, Integer> lines = new HashMap<>();

  private YamlFile(Path file) {
    this.file = file;
  }

  /** The values of a file, with {@code file <name>:<line>} as their origin. */
  public static Map<String, Value> read(Path file) {
    String text = text(file);
    LoadSettings settings = LoadSettings.builder().setLabel(file.toString()).build();
    YamlFile yaml = new YamlFile(file);
    try {
      yaml.flatten("", new Load(settings).loadFromString(text), 0);
      new Compose(settings).composeString(text).ifPresent(root -> yaml.locate("", root, 0));
    } catch (YamlEngineException e) {
      throw new StartFailure(
          StartFailure.BAD_SETTINGS,
          "The configuration " + file + " is no YAML",
          String.valueOf(e.getMessage()).strip(),
          "mend the file at the place named; deploy/conf/hawser.yaml is one to start from",
          e);
    }
    TreeMap<String, Value> found = new TreeMap<>();
    yaml.values.forEach((key, value) -> found.put(key, new Value(value, yaml.origin(key))));
    return found;
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new StartFailure(
          StartFailure.BAD_SETTINGS,
          "Cannot read the configuration " + file,
          e.toString(),
          "name a readable file with --config",
          e);
    }
  }

  private String origin(String key) {
    Integer line = lines.get(key);
    return "file " + file + (line == null ? "" : ":" + line);
  }

  private void flatten(String prefix, @Nullable Object node, int depth) {
    requireDepth(prefix, depth);
    switch (node) {
      case Map<?, ?> map ->
          map.forEach((key, value) -> flatten(join(prefix, String.valueOf(key)), value, depth + 1));
      case List<?> list -> {
        for (int i = 0; i < list.size(); i++) {
          flatten(join(prefix, Integer.toString(i)), list.get(i), depth + 1);
        }
      }
      case null -> {
        if (!prefix.isEmpty()) {
          values.put(prefix, "");
        }
      }
      default -> scalar(prefix, node.toString());
    }
  }

  private void scalar(String prefix, String value) {
    if (prefix.isEmpty()) {
      throw new StartFailure(
          StartFailure.BAD_SETTINGS,
          "The configuration " + file + " has no settings",
          "it is the single word '" + value + "'",
          "write settings as  key: value");
    }
    values.put(prefix, value);
  }

  private void requireDepth(String prefix, int depth) {
    if (depth > MAX_DEPTH) {
      throw new StartFailure(
          StartFailure.BAD_SETTINGS,
          "The configuration " + file + " is nested too deeply",
          "'" + prefix + "' has more than " + MAX_DEPTH + " levels",
          "no setting needs that many; does an alias contain itself?");
    }
  }

  private void locate(String prefix, Node node, int depth) {
    switch (node) {
      case MappingNode map when depth <= MAX_DEPTH -> {
        for (NodeTuple entry : map.getValue()) {
          if (entry.getKeyNode() instanceof ScalarNode key) {
            locate(join(prefix, key.getValue()), entry.getValueNode(), depth + 1);
          }
        }
      }
      case SequenceNode list when depth <= MAX_DEPTH -> {
        for (int i = 0; i < list.getValue().size(); i++) {
          locate(join(prefix, Integer.toString(i)), list.getValue().get(i), depth + 1);
        }
      }
      default -> {
        Optional<Mark> mark = node.getStartMark();
        mark.ifPresent(at -> lines.put(prefix, at.getLine() + 1));
      }
    }
  }

  private static String join(String prefix, String key) {
    return prefix.isEmpty() ? key : prefix + "." + key;
  }
}
