package io.hawser.gateway.contract;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Schemas of the contract as HTML: their types and rules in a line, their fields in a table. */
final class SchemaHtml {
  private static final String NULL = "null";

  private final Document document;

  SchemaHtml(Document document) {
    this.document = document;
  }

  /** The type, with a link to the schema's own section when it has one. */
  String type(Map<?, ?> schema) {
    Optional<String> reference = Document.reference(schema);
    if (reference.isPresent() && isObject(document.resolved(schema))) {
      return Html.link("schema-" + reference.get(), reference.get());
    }
    Map<?, ?> resolved = document.resolved(schema);
    if (resolved.get("enum") instanceof List<?> words) {
      return words.stream()
          .filter(word -> word != null)
          .map(word -> Html.code(String.valueOf(word)))
          .collect(Collectors.joining(" "));
    }
    String name = name(resolved.get("type"));
    if (name.equals("array") && resolved.get("items") instanceof Map<?, ?> items) {
      return "array of " + type(items);
    }
    boolean map = resolved.get("additionalProperties") instanceof Map<?, ?>;
    if (name.equals("object") && map && !resolved.containsKey("properties")) {
      return "object of " + type(document.object(resolved, "additionalProperties"));
    }
    return Html.escape(name);
  }

  private static boolean isObject(Map<?, ?> schema) {
    return schema.containsKey("properties") || name(schema.get("type")).equals("array");
  }

  private static String name(@Nullable Object type) {
    if (type instanceof List<?> types) {
      return types.stream()
          .map(String::valueOf)
          .filter(t -> !t.equals(NULL))
          .collect(Collectors.joining(" or "));
    }
    return type == null ? "any" : type.toString();
  }

  /** What holds for a value beside its type. */
  String rules(Map<?, ?> schema) {
    Map<?, ?> resolved = document.resolved(schema);
    List<String> rules = new ArrayList<>();
    range(resolved, "minimum", "maximum", "", rules);
    range(resolved, "minLength", "maxLength", " characters", rules);
    range(resolved, "minItems", "maxItems", " items", rules);
    range(resolved, "minProperties", "maxProperties", " fields", rules);
    if (resolved.containsKey("default")) {
      rules.add("default " + Html.code(json(resolved.get("default"))));
    }
    return String.join("; ", rules);
  }

  private static void range(
      Map<?, ?> schema, String min, String max, String unit, List<String> rules) {
    Object low = schema.get(min);
    Object high = schema.get(max);
    if (low != null && high != null) {
      rules.add(low + " to " + high + unit);
    } else if (low != null) {
      rules.add("at least " + low + unit);
    } else if (high != null) {
      rules.add("at most " + high + unit);
    }
  }

  /** Description, fields and examples. */
  String section(Map<?, ?> schema) {
    Map<?, ?> resolved = document.resolved(schema);
    StringBuilder html = new StringBuilder(Html.prose(Document.text(resolved, "description")));
    html.append(fields(resolved));
    if (resolved.get("items") instanceof Map<?, ?> items) {
      Map<?, ?> each = document.resolved(items);
      html.append("<p>Array of ").append(type(items)).append(". ").append(rules(resolved));
      html.append("</p>\n").append(Document.reference(items).isPresent() ? "" : fields(each));
    }
    if (resolved.get("examples") instanceof List<?> examples) {
      examples.forEach(
          example -> html.append("<pre>").append(Html.escape(pretty(example))).append("</pre>\n"));
    }
    return html.toString();
  }

  private String fields(Map<?, ?> schema) {
    Map<?, ?> properties = document.object(schema, "properties");
    if (properties.isEmpty()) {
      String rules = rules(schema);
      return "<p>" + type(schema) + (rules.isEmpty() ? "" : "; " + rules) + "</p>\n";
    }
    List<?> required = schema.get("required") instanceof List<?> list ? list : List.of();
    StringBuilder rows = new StringBuilder();
    properties.forEach(
        (name, value) -> {
          Map<?, ?> field = value instanceof Map<?, ?> map ? map : Map.of();
          rows.append(
              row(
                  String.valueOf(name),
                  required.contains(name),
                  field,
                  Document.text(document.resolved(field), "description")));
        });
    return table(rows.toString());
  }

  static String table(String rows) {
    return "<table><thead><tr><th>name</th><th>type</th><th>rule</th><th></th></tr></thead><tbody>\n"
        + rows
        + "</tbody></table>\n";
  }

  /** A line of a table of fields or parameters. */
  String row(String name, boolean required, Map<?, ?> schema, String description) {
    return "<tr><td>"
        + Html.code(name)
        + (required ? " <b>required</b>" : "")
        + "</td><td>"
        + type(schema)
        + "</td><td>"
        + rules(schema)
        + "</td><td>"
        + Html.line(description)
        + "</td></tr>\n";
  }

  private static String json(@Nullable Object value) {
    return switch (value) {
      case String text -> text;
      case Map<?, ?> ignored -> "{}";
      case List<?> ignored -> "[]";
      case null, default -> String.valueOf(value);
    };
  }

  private static String pretty(@Nullable Object value) {
    return switch (value) {
      case Map<?, ?> map -> object(map).encodePrettily();
      case List<?> list -> new JsonArray(list).encodePrettily();
      case null, default -> String.valueOf(value);
    };
  }

  private static JsonObject object(Map<?, ?> map) {
    JsonObject json = new JsonObject();
    map.forEach((key, value) -> json.put(String.valueOf(key), value));
    return json;
  }
}
