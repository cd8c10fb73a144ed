package io.hawser.balancer.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The fields of a {@link Head}: where in its bytes each stands, and which it is. Used again for the
 * next message. Not thread-safe: owned by its head.
 */
final class Fields {
  private static final int FIRST_FIELDS = 16;

  private static final byte[] NONE = new byte[0];

  private byte[] bytes = NONE;
  private int length;
  private boolean request;

  // Start of the name, its end, start and end of the value; and which field it is.
  private int[] spans = new int[4 * FIRST_FIELDS];
  private byte[] kinds = new byte[FIRST_FIELDS];
  private int count;
  private long seen;
  private final int[] firsts = new int[Field.KINDS];
  private final int[] counts = new int[Field.KINDS];

  void clear() {
    bytes = NONE;
    count = 0;
    seen = 0;
  }

  /**
   * Reads the lines of a head.
   *
   * @param of the bytes, from which the fields are read as long as they are asked for
   * @param from where the first line begins
   * @param size where the head ends, behind its empty line
   * @param ofRequest whether it is a request's
   */
  void parse(byte[] of, int from, int size, boolean ofRequest) throws BadMessage {
    bytes = of;
    request = ofRequest;
    length = size;
    int p = from;
    while (bytes[p] != '\r') {
      int name = p;
      while (Ascii.token(bytes[p])) {
        p++;
      }
      if (p == name || bytes[p] != ':') {
        throw BadMessage.of("a header field has no name, or bytes in it that must not be there");
      }
      int colon = p++;
      while (bytes[p] == ' ' || bytes[p] == '\t') {
        p++;
      }
      int value = p;
      while (Ascii.value(bytes[p])) {
        p++;
      }
      if (bytes[p] != '\r' || bytes[p + 1] != '\n') {
        throw BadMessage.of("a header field has bytes that must not be there");
      }
      add(name, colon, value, p);
      p += 2;
    }
    if (p + 2 != length) {
      throw BadMessage.of("a line of the header begins with a carriage return");
    }
    if (has(Field.CONNECTION)) {
      strikeListed();
    }
  }

  private void add(int name, int colon, int value, int lineEnd) throws BadMessage {
    if (count == Head.MAX_FIELDS) {
      throw new BadMessage(
          new Problem(
              431, "header-too-large", "the header has more than " + Head.MAX_FIELDS + " fields"));
    }
    if (count == kinds.length) {
      kinds = Arrays.copyOf(kinds, 2 * count);
      spans = Arrays.copyOf(spans, 8 * count);
    }
    int end = lineEnd;
    while (end > value && (bytes[end - 1] == ' ' || bytes[end - 1] == '\t')) {
      end--;
    }
    int kind = Field.of(bytes, name, colon, request);
    if (kind != Field.OTHER) {
      note(kind, name, colon);
    }
    int at = 4 * count;
    spans[at] = name;
    spans[at + 1] = colon;
    spans[at + 2] = value;
    spans[at + 3] = end;
    kinds[count++] = (byte) kind;
  }

  private void note(int kind, int name, int colon) throws BadMessage {
    for (int i = name; i < colon && request; i++) {
      if (bytes[i] == '_') {
        throw BadMessage.of("a header field has an underscore where its name has a dash");
      }
    }
    if (has(kind)) {
      counts[kind]++;
    } else {
      seen |= 1L << kind;
      firsts[kind] = count;
      counts[kind] = 1;
    }
  }

  /** Marks the fields that the Connection header names as those of this hop. */
  private void strikeListed() {
    for (int i = 0; i < count; i++) {
      if (kinds[i] == Field.CONNECTION) {
        Tokens tokens = new Tokens(bytes, spans[4 * i + 2], spans[4 * i + 3]);
        while (tokens.next()) {
          for (int f = 0; f < count; f++) {
            if (Field.in(Field.STRIKABLE, kinds[f])
                && !Field.describesBody(bytes, spans[4 * f], spans[4 * f + 1])
                && tokens.is(bytes, spans[4 * f], spans[4 * f + 1])) {
              kinds[f] = Field.LISTED;
            }
          }
        }
      }
    }
  }

  // ---- what stands in them

  int count() {
    return count;
  }

  int kind(int field) {
    return kinds[field];
  }

  boolean has(int kind) {
    return (seen >>> kind & 1) != 0;
  }

  /** How many fields of a kind other than {@link Field#OTHER} there are. */
  int count(int kind) {
    return has(kind) ? counts[kind] : 0;
  }

  /** The value of the first field of a kind; empty without one. */
  String value(int kind) {
    return has(kind) ? valueAt(firsts[kind]) : "";
  }

  /** The values of all fields of a kind, with commas between; empty without one. */
  String values(int kind) {
    String values = "";
    for (int i = 0; i < count; i++) {
      if (kinds[i] == kind) {
        values = values.isEmpty() ? valueAt(i) : values + "," + valueAt(i);
      }
    }
    return values;
  }

  String valueAt(int field) {
    int from = spans[4 * field + 2];
    return new String(bytes, from, spans[4 * field + 3] - from, StandardCharsets.ISO_8859_1);
  }

  /** The value of the first field of this name, given in lower case; empty without one. */
  String valueOf(String name) {
    for (int i = 0; i < count; i++) {
      int at = spans[4 * i];
      if (spans[4 * i + 1] - at == name.length() && named(at, name)) {
        return valueAt(i);
      }
    }
    return "";
  }

  private boolean named(int at, String lower) {
    for (int i = 0; i < lower.length(); i++) {
      int c = bytes[at + i];
      if ((c >= 'A' && c <= 'Z' ? c | 0x20 : c) != lower.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Whether a field that is a list of tokens has this one, given in lower case. */
  boolean hasToken(int kind, String token) {
    if (!has(kind)) {
      return false;
    }
    for (int i = firsts[kind]; i < count; i++) {
      if (kinds[i] == kind) {
        Tokens tokens = new Tokens(bytes, spans[4 * i + 2], spans[4 * i + 3]);
        while (tokens.next()) {
          if (tokens.is(token)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  // ---- what is handed on

  /** The lines of all fields but those of the kinds to drop, in as few pieces as can be. */
  void write(ByteBuf out, long drop) {
    int from = -1;
    for (int i = 0; i < count; i++) {
      boolean dropped = (drop >>> kinds[i] & 1) != 0;
      if (dropped && from >= 0) {
        out.writeBytes(bytes, from, spans[4 * i] - from);
        from = -1;
      } else if (!dropped && from < 0) {
        from = spans[4 * i];
      }
    }
    if (from >= 0) {
      out.writeBytes(bytes, from, length - 2 - from);
    }
  }

  void writeValue(ByteBuf out, int field) {
    out.writeBytes(bytes, spans[4 * field + 2], spans[4 * field + 3] - spans[4 * field + 2]);
  }

  int first(int kind) {
    return firsts[kind];
  }
}
