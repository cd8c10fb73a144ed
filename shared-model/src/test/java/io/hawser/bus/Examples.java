package io.hawser.bus;

import io.hawser.model.Blob;
import io.hawser.model.Event;
import io.hawser.model.ExtensionMessage;
import io.hawser.model.Facet;
import io.hawser.model.HawserMessage;
import io.hawser.model.StorageOp;
import io.hawser.model.Wire;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One record of every kind that crosses the wire, with a value in each component that differs from
 * the component's default. Values come from the components' names, so that two that change places
 * are noticed. Found by walking the sealed families and the types of their components, so that
 * nobody has to remember a new one.
 */
final class Examples {
  private Examples() {}

  /** Every record that may stand on the wire, but for those of plugins. */
  static Set<Class<?>> types() {
    Set<Class<?>> found = new LinkedHashSet<>();
    for (Class<?> family :
        List.of(HawserMessage.class, Facet.class, Event.Body.class, StorageOp.class)) {
      collect(family, found);
    }
    return found;
  }

  private static void collect(Type type, Set<Class<?>> found) {
    if (type instanceof ParameterizedType generic) {
      for (Type argument : generic.getActualTypeArguments()) {
        collect(argument, found);
      }
    } else if (type instanceof Class<?> plain && plain != ExtensionMessage.class) {
      if (plain.isSealed()) {
        permitted(plain).forEach(p -> collect(p, found));
      } else if (plain.isRecord() && found.add(plain)) {
        for (RecordComponent component : plain.getRecordComponents()) {
          collect(component.getGenericType(), found);
        }
      }
    }
  }

  private static Stream<Class<?>> permitted(Class<?> family) {
    Class<?>[] permitted = family.getPermittedSubclasses();
    return permitted == null ? Stream.of() : Stream.of(permitted);
  }

  static Record of(Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] parameters = new Class<?>[components.length];
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      parameters[i] = components[i].getType();
      values[i] = value(components[i].getGenericType(), components[i].getName());
    }
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(parameters);
      constructor.setAccessible(true);
      return (Record) constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("no example of " + type, e);
    }
  }

  private static Object value(Type type, String name) {
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      Object item = value(arguments[arguments.length - 1], name);
      if (generic.getRawType() == List.class) {
        return List.of(item, item);
      }
      return generic.getRawType() == Map.class ? Map.of(name, item) : Optional.of(item);
    }
    if (type instanceof Class<?> plain) {
      return plainValue(plain, name);
    }
    throw new IllegalStateException("no example of " + type);
  }

  private static Object plainValue(Class<?> type, String name) {
    if (type == int.class || type == Integer.class) {
      return 1 + Math.floorMod(name.hashCode(), 65_535);
    }
    if (type == long.class || type == Long.class) {
      return 1L + Math.floorMod(name.hashCode() * 0x1_0000_0001L, 1L << 48);
    }
    if (type == double.class || type == Double.class) {
      return 0.5 + Math.floorMod(name.hashCode(), 65_535);
    }
    if (type == boolean.class) {
      return true;
    }
    if (type == String.class) {
      return name;
    }
    if (type == Blob.class) {
      return Blob.utf8(name);
    }
    if (type.isEnum()) {
      return type.getEnumConstants()[1];
    }
    return of(type.isRecord() ? type : lowest(type));
  }

  private static Class<?> lowest(Class<?> family) {
    return permitted(family).min(Comparator.comparingInt(Examples::number)).orElseThrow();
  }

  private static int number(Class<?> type) {
    Wire wire = type.getAnnotation(Wire.class);
    if (wire == null) {
      throw new IllegalStateException(type + " has no @Wire number");
    }
    return wire.value();
  }
}
