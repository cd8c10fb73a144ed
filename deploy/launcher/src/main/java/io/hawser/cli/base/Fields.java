package io.hawser.cli.base;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a node answers without insisting on more than is used: a newer node may say more than
 * this command knows.
 */
public final class Fields {
  private Fields() {}

  /** The value, or null when the text is no JSON. */
  public static @Nullable Object parse(String text) {
    try {
      return text.isBlank() ? null : Json.decodeValue(text);
    } catch (DecodeException e) {
      return null;
    }
  }

  /**
   * The first of the fields that is there, as text; dots lead into objects. Lists are joined by
   * commas.
   */
  public static String text(JsonObject object, String... paths) {
    for (String path : paths) {
      Object value = at(object, path);
      if (value instanceof JsonArray list) {
        return list.stream().map(Fields::plain).collect(Collectors.joining(","));
      }
      if (value != null) {
        return plain(value);
      }
    }
    return "";
  }

  /** The first of the fields that is a number, or the fallback. */
  public static long number(JsonObject object, long fallback, String... paths) {
    for (String path : paths) {
      if (at(object, path) instanceof Number n) {
        return n.longValue();
      }
    }
    return fallback;
  }

  /** The first of the fields that is a list; empty when none is. */
  public static List<Object> list(JsonObject object, String... paths) {
    for (String path : paths) {
      if (at(object, path) instanceof JsonArray list) {
        return list.stream().toList();
      }
    }
    return List.of();
  }

  /** The objects of an answer that is a list, or that holds one under one of the names. */
  public static List<JsonObject> items(@Nullable Object answer, String... names) {
    List<Object> all =
        switch (answer) {
          case JsonArray list -> list.stream().toList();
          case JsonObject object -> list(object, names);
          case null, default -> List.of();
        };
    List<JsonObject> items = new ArrayList<>();
    for (Object item : all) {
      if (item instanceof JsonObject object) {
        items.add(object);
      } else if (item instanceof String name) {
        items.add(new JsonObject().put("name", name));
      }
    }
    return items;
  }

  private static @Nullable Object at(JsonObject object, String path) {
    Object value = object;
    for (String part : path.split("\\.", -1)) {
      if (!(value instanceof JsonObject inner)) {
        return null;
      }
      value = inner.getValue(part);
    }
    return value;
  }

  private static String plain(@Nullable Object value) {
    return switch (value) {
      case null -> "";
      case JsonObject object -> object.encode();
      default -> value.toString();
    };
  }
}
