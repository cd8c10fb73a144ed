package io.hawser.failover.process;

import io.hawser.model.InstanceKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A process that the node is to have running from its start on. */
public record RunEntry(InstanceKey instance, String template, String host, int port) {
  private static final Set<String> FIELDS = Set.of("service", "id", "template", "host", "port");
  private static final String DEFAULT_HOST = "127.0.0.1";

  /**
   * Reads the entries in their order.
   *
   * @param tree what stands under {@code process.run}: {@code <index>.service} and so on
   * @throws IllegalArgumentException naming the setting that is wrong
   */
  public static List<RunEntry> read(Map<String, String> tree, Set<String> templates) {
    Map<Integer, Map<String, String>> entries = new TreeMap<>();
    tree.forEach(
        (key, value) -> {
          String[] parts = key.split("\\.", 2);
          if (parts.length < 2 || !parts[0].matches("\\d{1,4}") || !FIELDS.contains(parts[1])) {
            throw new IllegalArgumentException(
                "process.run." + key + " is no setting; an entry has " + new TreeSet<>(FIELDS));
          }
          entries
              .computeIfAbsent(Integer.valueOf(parts[0]), n -> new TreeMap<>())
              .put(parts[1], value);
        });
    List<RunEntry> read = new ArrayList<>();
    entries.forEach((index, fields) -> read.add(one("process.run." + index, fields, templates)));
    return List.copyOf(read);
  }

  private static RunEntry one(String name, Map<String, String> fields, Set<String> templates) {
    String template = required(name, fields, "template");
    if (!templates.contains(template)) {
      throw new IllegalArgumentException(
          name + ".template names '" + template + "', which process.templates does not have");
    }
    try {
      InstanceKey instance =
          new InstanceKey(required(name, fields, "service"), required(name, fields, "id"));
      int port = Integer.parseInt(required(name, fields, "port").strip());
      return new RunEntry(instance, template, fields.getOrDefault("host", DEFAULT_HOST), port);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + ".port must be a whole number", e);
    }
  }

  private static String required(String name, Map<String, String> fields, String field) {
    String value = fields.get(field);
    if (value == null) {
      throw new IllegalArgumentException(name + "." + field + " is missing");
    }
    return value;
  }
}
