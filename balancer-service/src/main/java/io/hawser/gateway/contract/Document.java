package io.hawser.gateway.contract;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An OpenAPI document as YAML has it: maps, lists, texts, numbers, booleans. Whatever is missing
 * reads as empty; references are followed inside of the document only. Immutable.
 */
record Document(Map<?, ?> root) {
  private static final Set<String> METHODS =
      Set.of("get", "put", "post", "delete", "options", "head", "patch", "trace");
  private static final String REF = "$ref";

  /** The object of a field; empty when there is none. */
  Map<?, ?> object(Map<?, ?> parent, String field) {
    return parent.get(field) instanceof Map<?, ?> map ? resolved(map) : Map.of();
  }

  /** The objects in the list of a field. */
  List<Map<?, ?>> objects(Map<?, ?> parent, String field) {
    List<Map<?, ?>> objects = new ArrayList<>();
    if (parent.get(field) instanceof List<?> list) {
      for (Object item : list) {
        if (item instanceof Map<?, ?> map) {
          objects.add(resolved(map));
        }
      }
    }
    return objects;
  }

  static String text(Map<?, ?> parent, String field) {
    return parent.get(field) instanceof String text ? text.strip() : "";
  }

  /** The name of the component that an object refers to, as in {@code #/components/x/name}. */
  static Optional<String> reference(Map<?, ?> object) {
    return object.get(REF) instanceof String ref
        ? Optional.of(ref.substring(ref.lastIndexOf('/') + 1))
        : Optional.empty();
  }

  /** What an object refers to, with the object's own fields over it; itself when to nothing. */
  Map<?, ?> resolved(Map<?, ?> object) {
    if (!(object.get(REF) instanceof String ref)) {
      return object;
    }
    Map<?, ?> at = root;
    for (String step : ref.substring(2).split("/", -1)) {
      if (!(at.get(step) instanceof Map<?, ?> next)) {
        throw new IllegalStateException("the contract refers to nothing: " + ref);
      }
      at = next;
    }
    Map<Object, Object> merged = new LinkedHashMap<>(resolved(at));
    object.forEach(
        (key, value) -> {
          if (!key.equals(REF)) {
            merged.put(key, value);
          }
        });
    return merged;
  }

  /** What there is of an operation, by method and path, in the order of the document. */
  record Entry(String method, String path, Map<?, ?> operation, List<Map<?, ?>> parameters) {}

  List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    object(root, "paths")
        .forEach(
            (path, item) -> {
              Map<?, ?> methods = item instanceof Map<?, ?> map ? map : Map.of();
              methods.forEach(
                  (method, operation) -> {
                    if (METHODS.contains(method) && operation instanceof Map<?, ?> map) {
                      List<Map<?, ?>> parameters = objects(methods, "parameters");
                      parameters.addAll(objects(map, "parameters"));
                      String name = method.toString().toUpperCase(Locale.ROOT);
                      entries.add(new Entry(name, path.toString(), map, parameters));
                    }
                  });
            });
    return entries;
  }
}
