package io.hawser.bus;

import io.hawser.model.Blob;
import io.vertx.core.buffer.Buffer;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Writes and reads one component of a record. Chosen by the component's type: the primitives in
 * use, strings, bytes, enums (by name), records, sealed interfaces (by number), and lists, maps
 * from strings and optionals of those.
 */
interface FieldCodec {
  void write(Buffer out, Object value);

  Object read(WireReader in);

  /**
   * What an older writer's message means by not having the field; throws when there is no such
   * thing.
   */
  Object missing();

  /** The codec for a component's type. */
  static FieldCodec of(Type type, WireFormat format) {
    if (type instanceof ParameterizedType generic) {
      return ofGeneric(generic, format);
    }
    if (type instanceof Class<?> plain) {
      return ofClass(plain, format);
    }
    throw new IllegalStateException("no wire form for " + type);
  }

  private static FieldCodec ofGeneric(ParameterizedType type, WireFormat format) {
    Type[] arguments = type.getActualTypeArguments();
    Type raw = type.getRawType();
    if (raw == List.class) {
      return new ListOf(of(arguments[0], format));
    }
    if (raw == Optional.class) {
      return new OptionalOf(of(arguments[0], format));
    }
    if (raw == Map.class && arguments[0] == String.class) {
      return new MapOf(of(arguments[1], format));
    }
    throw new IllegalStateException("no wire form for " + type);
  }

  private static FieldCodec ofClass(Class<?> type, WireFormat format) {
    if (type == int.class || type == Integer.class) {
      return Scalar.INT;
    }
    if (type == long.class || type == Long.class) {
      return Scalar.LONG;
    }
    if (type == double.class || type == Double.class) {
      return Scalar.DOUBLE;
    }
    if (type == boolean.class || type == Boolean.class) {
      return Scalar.BOOLEAN;
    }
    if (type == String.class) {
      return Scalar.STRING;
    }
    if (type == Blob.class) {
      return Scalar.BLOB;
    }
    if (type.isEnum()) {
      return new EnumOf(type);
    }
    if (type.isRecord()) {
      return new RecordOf(type, format);
    }
    if (type.isSealed()) {
      return new SealedOf(type, format);
    }
    throw new IllegalStateException("no wire form for " + type);
  }

  /** An enum, by its constant's name: constants may be reordered. */
  record EnumOf(Class<?> type, Map<String, Object> constants) implements FieldCodec {
    EnumOf(Class<?> type) {
      this(type, constants(type));
    }

    private static Map<String, Object> constants(Class<?> type) {
      Map<String, Object> constants = new HashMap<>();
      for (Object constant : type.getEnumConstants()) {
        constants.put(((Enum<?>) constant).name(), constant);
      }
      return constants;
    }

    @Override
    public void write(Buffer out, Object value) {
      Scalar.STRING.write(out, ((Enum<?>) value).name());
    }

    @Override
    public Object read(WireReader in) {
      String name = in.readString();
      Object constant = constants.get(name);
      if (constant != null) {
        return constant;
      }
      throw new WireException(type.getSimpleName() + " has no " + name, true);
    }

    @Override
    public Object missing() {
      throw new WireException("a message lacks a " + type.getSimpleName(), false);
    }
  }

  /** A record in a stretch of its own. */
  record RecordOf(Class<?> type, WireFormat format) implements FieldCodec {
    @Override
    public void write(Buffer out, Object value) {
      format.writeFields(out, (Record) value);
    }

    @Override
    public Object read(WireReader in) {
      return format.readFields(in.readStretch(), type);
    }

    @Override
    public Object missing() {
      throw new WireException("a message lacks a " + type.getSimpleName(), false);
    }
  }

  /** A record of a sealed family: its number, then a stretch. */
  record SealedOf(Class<?> family, WireFormat format) implements FieldCodec {
    @Override
    public void write(Buffer out, Object value) {
      out.appendInt(format.types().number(value.getClass()));
      format.writeFields(out, (Record) value);
    }

    @Override
    public Object read(WireReader in) {
      int number = in.readInt();
      WireReader stretch = in.readStretch();
      return format.readFields(stretch, format.types().type(number, family));
    }

    @Override
    public Object missing() {
      throw new WireException("a message lacks a part that has no default", false);
    }
  }

  /**
   * A list. Each item has a stretch of its own, so that an item of an unknown type can be left out.
   */
  record ListOf(FieldCodec item) implements FieldCodec {
    @Override
    public void write(Buffer out, Object value) {
      List<?> list = (List<?>) value;
      out.appendInt(list.size());
      for (Object element : list) {
        int start = WireFormat.openStretch(out);
        item.write(out, element);
        WireFormat.closeStretch(out, start);
      }
    }

    @Override
    public Object read(WireReader in) {
      int count = in.readCount();
      List<Object> list = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        WireReader stretch = in.readStretch();
        try {
          list.add(item.read(stretch));
          if (in.whole() && !stretch.atEnd()) {
            throw new WireException("bytes follow an item of a list", false);
          }
        } catch (WireException e) {
          if (!e.unknownType() || in.whole()) {
            throw e;
          }
        }
      }
      return list;
    }

    @Override
    public Object missing() {
      return List.of();
    }
  }

  /** A map from strings, written in the order of its keys so that equal maps have equal bytes. */
  record MapOf(FieldCodec item) implements FieldCodec {
    @Override
    public void write(Buffer out, Object value) {
      Map<String, Object> sorted = new TreeMap<>();
      ((Map<?, ?>) value).forEach((k, v) -> sorted.put((String) k, v));
      out.appendInt(sorted.size());
      sorted.forEach(
          (k, v) -> {
            Scalar.STRING.write(out, k);
            item.write(out, v);
          });
    }

    @Override
    public Object read(WireReader in) {
      int count = in.readCount();
      Map<String, Object> map = new LinkedHashMap<>();
      for (int i = 0; i < count; i++) {
        String key = in.readString();
        map.put(key, item.read(in));
      }
      return map;
    }

    @Override
    public Object missing() {
      return Map.of();
    }
  }

  /** A value or nothing. */
  record OptionalOf(FieldCodec item) implements FieldCodec {
    @Override
    public void write(Buffer out, Object value) {
      Optional<?> optional = (Optional<?>) value;
      Scalar.BOOLEAN.write(out, optional.isPresent());
      optional.ifPresent(v -> item.write(out, v));
    }

    @Override
    public Object read(WireReader in) {
      return in.readByte() == 0 ? Optional.empty() : Optional.of(item.read(in));
    }

    @Override
    public Object missing() {
      return Optional.empty();
    }
  }
}
