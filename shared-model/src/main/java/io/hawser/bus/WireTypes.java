package io.hawser.bus;

import io.hawser.model.Event;
import io.hawser.model.ExtensionMessage;
import io.hawser.model.Facet;
import io.hawser.model.HawserMessage;
import io.hawser.model.StorageMessage;
import io.hawser.model.StorageOp;
import io.hawser.model.Wire;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The table of numbers and records, made by walking the sealed families. Immutable once made. */
final class WireTypes {
  private final Map<Integer, Class<?>> byNumber = new HashMap<>();

  /** Asked for every message and most of what is in it: an annotation is slow to ask. */
  private final Map<Class<?>, Integer> numbers = new HashMap<>();

  private final Map<String, Class<?>> byName = new HashMap<>();

  WireTypes(List<Class<? extends ExtensionMessage>> extensions) {
    walk(HawserMessage.class);
    walk(Facet.class);
    walk(Event.Body.class);
    walk(StorageOp.class);
    walk(StorageOp.Result.class);
    walk(StorageMessage.Content.class);
    extensions.forEach(e -> byName.put(e.getName(), e));
  }

  private void walk(Class<?> type) {
    Class<?> @Nullable [] permitted = type.getPermittedSubclasses();
    if (permitted != null) {
      for (Class<?> subclass : permitted) {
        if (subclass != null) {
          walk(subclass);
        }
      }
    } else if (type.isRecord()) {
      add(type);
    }
  }

  private void add(Class<?> type) {
    Class<?> other = byNumber.put(number(type), type);
    if (other != null) {
      throw new IllegalStateException(
          type + " and " + other + " have the same wire number " + number(type));
    }
    numbers.put(type, number(type));
  }

  /** The number of a record of ours. */
  int number(Class<?> type) {
    Integer known = numbers.get(type);
    if (known != null) {
      return known;
    }
    Wire wire = type.getAnnotation(Wire.class);
    if (wire == null) {
      throw new IllegalStateException(type + " has no @Wire number");
    }
    return wire.value();
  }

  /** The record of a number, which has to be one of the family. */
  Class<?> type(int number, Class<?> family) {
    Class<?> type = byNumber.get(number);
    if (type == null) {
      throw new WireException("no message has the number " + number, true);
    }
    if (!family.isAssignableFrom(type)) {
      throw new WireException(
          "a " + type.getSimpleName() + " stands where a " + family.getSimpleName() + " belongs",
          false);
    }
    return type;
  }

  Class<?> extension(String name) {
    Class<?> type = byName.get(name);
    if (type == null) {
      throw new WireException("no plugin here has the message " + name, true);
    }
    return type;
  }

  Collection<Class<?>> extensions() {
    return List.copyOf(byName.values());
  }

  Map<Integer, Class<?>> all() {
    return Map.copyOf(byNumber);
  }
}
