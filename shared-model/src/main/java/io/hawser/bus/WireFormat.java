package io.hawser.bus;

import io.hawser.model.ExtensionMessage;
import io.hawser.model.HawserMessage;
import io.vertx.core.buffer.Buffer;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The bytes of messages: a version byte, the number of the record ({@link io.hawser.model.Wire}; 0
 * and a class name for a plugin's), a length, and its components in their order. Nested records and
 * list items have lengths of their own.
 *
 * <p>Versions N and N-1 understand each other: a reader skips what follows the components that it
 * knows; a component that the message does not have yet takes its default (0, false, "", empty). A
 * list leaves out items of a type that the reader does not know; any other unknown type makes the
 * message unreadable, with {@link WireException#unknownType}. Thread-safe.
 */
public final class WireFormat {
  static final byte VERSION = 1;
  private static final int EXTENSION = 0;

  private record Shape(
      Constructor<?> constructor, List<RecordComponent> components, List<FieldCodec> codecs) {}

  private final WireTypes types;
  private final Map<Class<?>, Shape> shapes = new ConcurrentHashMap<>();

  public WireFormat(List<Class<? extends ExtensionMessage>> extensions) {
    types = new WireTypes(extensions);
  }

  WireTypes types() {
    return types;
  }

  /**
   * Looks at the messages of plugins before the first of them is sent.
   *
   * @throws IllegalStateException naming what no codec can write
   */
  public void checkExtensions() {
    for (Class<?> type : types.extensions()) {
      try {
        Shape unused = shape(type);
      } catch (IllegalStateException e) {
        throw new IllegalStateException(type.getName() + ": " + e.getMessage(), e);
      }
    }
  }

  public Buffer encode(HawserMessage message) {
    Buffer out = Buffer.buffer(128);
    out.appendByte(VERSION);
    if (message instanceof ExtensionMessage) {
      out.appendInt(EXTENSION);
      Scalar.STRING.write(out, message.getClass().getName());
    } else {
      out.appendInt(types.number(message.getClass()));
    }
    writeFields(out, (Record) message);
    return out;
  }

  /**
   * @throws WireException when the bytes are no message, or none that this version knows
   */
  public HawserMessage decode(Buffer bytes) {
    return decode(new WireReader(bytes, false));
  }

  /**
   * Decodes a message of which nothing may be left out: an item of an unknown type in a list, or
   * anything that follows what this version knows, makes it unreadable. For what has to mean the
   * same to all who read it.
   *
   * @throws WireException when the bytes are no message, or one that this version knows in part
   */
  public HawserMessage decodeWhole(Buffer bytes) {
    return decode(new WireReader(bytes, true));
  }

  private HawserMessage decode(WireReader in) {
    byte version = in.readByte();
    if (version != VERSION) {
      throw new WireException("wire version " + version + " is not " + VERSION, true);
    }
    int number = in.readInt();
    Class<?> type =
        number == EXTENSION
            ? types.extension(in.readString())
            : types.type(number, HawserMessage.class);
    HawserMessage message = (HawserMessage) readFields(in.readStretch(), type);
    if (in.whole() && !in.atEnd()) {
      throw new WireException("bytes follow the message", false);
    }
    return message;
  }

  void writeFields(Buffer out, Record value) {
    Shape shape = shape(value.getClass());
    int start = openStretch(out);
    try {
      for (int i = 0; i < shape.codecs().size(); i++) {
        Object field = shape.components().get(i).getAccessor().invoke(value);
        shape.codecs().get(i).write(out, field);
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + value.getClass(), e);
    }
    closeStretch(out, start);
  }

  Object readFields(WireReader in, Class<?> type) {
    Shape shape = shape(type);
    Object[] fields = new Object[shape.codecs().size()];
    for (int i = 0; i < fields.length; i++) {
      FieldCodec codec = shape.codecs().get(i);
      fields[i] = in.atEnd() ? codec.missing() : codec.read(in);
    }
    if (in.whole() && !in.atEnd()) {
      throw new WireException(
          "a " + type.getSimpleName() + " has components that this version does not know", true);
    }
    try {
      return shape.constructor().newInstance(fields);
    } catch (ReflectiveOperationException e) {
      throw new WireException(
          "a " + type.getSimpleName() + " breaks its own rules: " + e.getCause(), false);
    }
  }

  private Shape shape(Class<?> type) {
    Shape known = shapes.get(type);
    if (known != null) {
      return known;
    }
    Shape made = makeShape(type);
    shapes.put(type, made);
    return made;
  }

  private Shape makeShape(Class<?> type) {
    List<RecordComponent> components = List.of(type.getRecordComponents());
    List<FieldCodec> codecs = new ArrayList<>();
    Class<?>[] parameters = new Class<?>[components.size()];
    for (int i = 0; i < parameters.length; i++) {
      RecordComponent component = components.get(i);
      component.getAccessor().setAccessible(true);
      parameters[i] = component.getType();
      codecs.add(FieldCodec.of(component.getGenericType(), this));
    }
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(parameters);
      constructor.setAccessible(true);
      return new Shape(constructor, components, List.copyOf(codecs));
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(type + " has no canonical constructor", e);
    }
  }

  static int openStretch(Buffer out) {
    int start = out.length();
    out.appendInt(0);
    return start;
  }

  static void closeStretch(Buffer out, int start) {
    out.setInt(start, out.length() - start - 4);
  }
}
