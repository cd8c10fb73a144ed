package io.hawser.failover.process;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A command of the node's own configuration. A placeholder such as <code>${port}</code> is replaced
 * inside the one argument that it stands in, whatever the value holds; no shell ever sees it.
 */
public record Template(String name, List<String> command) {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}]*)}");
  private static final List<String> KNOWN = List.of("service", "id", "host", "port", "api", "java");

  public Template {
    command = List.copyOf(command);
    for (String argument : command) {
      Matcher matcher = PLACEHOLDER.matcher(argument);
      while (matcher.find()) {
        if (!KNOWN.contains(matcher.group(1))) {
          throw new IllegalArgumentException(
              "process.templates."
                  + name
                  + " uses ${"
                  + matcher.group(1)
                  + "}; known are "
                  + KNOWN);
        }
      }
    }
  }

  /**
   * Reads the templates.
   *
   * @param tree what stands under {@code process.templates}: {@code <name>.command.<index>}
   * @throws IllegalArgumentException naming the setting that is wrong
   */
  public static Map<String, Template> read(Map<String, String> tree) {
    return read("process.templates", tree);
  }

  /**
   * Reads commands.
   *
   * @param root the name of what the tree stands under
   */
  public static Map<String, Template> read(String root, Map<String, String> tree) {
    Map<String, TreeMap<Integer, String>> commands = new TreeMap<>();
    tree.forEach(
        (key, argument) -> {
          Matcher matcher = Pattern.compile("(.+)\\.command\\.(\\d{1,4})").matcher(key);
          if (!matcher.matches()) {
            throw new IllegalArgumentException(
                root + "." + key + " is no setting; it has command, a list");
          }
          commands
              .computeIfAbsent(matcher.group(1), n -> new TreeMap<>())
              .put(Integer.valueOf(matcher.group(2)), argument);
        });
    Map<String, Template> templates = new TreeMap<>();
    commands.forEach(
        (name, args) -> templates.put(name, new Template(name, List.copyOf(args.values()))));
    return templates;
  }

  /** The command with its placeholders replaced. */
  public List<String> fill(Map<String, String> values) {
    Function<MatchResult, String> value =
        m -> Matcher.quoteReplacement(values.getOrDefault(m.group(1), ""));
    List<String> filled = new ArrayList<>();
    for (String argument : command) {
      filled.add(PLACEHOLDER.matcher(argument).replaceAll(value));
    }
    return List.copyOf(filled);
  }
}
