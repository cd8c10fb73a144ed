package io.hawser.balancer.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The head of a message: the bytes as they came, and where in them each part stands. Used again for
 * the next message of its connection. Strict: lines end with CR LF and nothing else, no line is
 * continued, names are tokens with the colon at once behind them, values have no control bytes.
 *
 * <p>Not thread-safe: owned by one event loop.
 */
public final class Head {
  public static final int MAX_FIELDS = 100;
  private static final int FIRST_BYTES = 1_024;
  private static final int FIRST_FIELDS = 16;

  private final int maxBytes;
  private final int maxLine;
  byte[] bytes = new byte[FIRST_BYTES];
  private int length;

  /** Where the first line begins: behind an empty line, if one came before it (RFC 9112 §2.2). */
  private int start;

  private boolean lineSeen;
  private boolean request;

  // Start line.
  private int minor;
  private int methodEnd;
  private int targetStart;
  private int targetEnd;
  private int status;
  private int reasonStart;
  private int reasonEnd;

  // Fields: start of the name, its end, start and end of the value; and which field it is.
  private int[] spans = new int[4 * FIRST_FIELDS];
  private byte[] kinds = new byte[FIRST_FIELDS];
  private int count;
  private long seen;
  private final int[] firsts = new int[Field.KINDS];
  private final int[] counts = new int[Field.KINDS];

  public Head(int maxBytes, int maxLine) {
    this.maxBytes = maxBytes;
    this.maxLine = maxLine;
  }

  /** Makes ready for the next message. */
  public void clear() {
    length = 0;
    start = 0;
    lineSeen = false;
    count = 0;
    seen = 0;
    if (bytes.length > 8 * FIRST_BYTES) {
      bytes = new byte[FIRST_BYTES];
    }
  }

  /** Whether bytes of a message have come. */
  public boolean begun() {
    return length > start;
  }

  /**
   * Takes the bytes of a request's head.
   *
   * @return whether it is whole; if not, more bytes are wanted
   */
  public boolean readRequest(ByteBuf in) throws BadMessage {
    if (!gather(in, true)) {
      return false;
    }
    parseFields(parseRequestLine());
    return true;
  }

  /** The same for a response. */
  public boolean readResponse(ByteBuf in) throws BadMessage {
    if (!gather(in, false)) {
      return false;
    }
    parseFields(parseStatusLine());
    return true;
  }

  private boolean gather(ByteBuf in, boolean ofRequest) throws BadMessage {
    request = ofRequest;
    int take = Math.min(in.readableBytes(), maxBytes + 1 - length);
    int end = length + take;
    if (end > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(end, Math.min(maxBytes + 1, 2 * bytes.length)));
    }
    int from = length;
    in.getBytes(in.readerIndex(), bytes, from, take);
    if (request && from == 0 && take > 0 && bytes[0] != '\r' && !Ascii.token(bytes[0])) {
      throw BadMessage.of("this is not HTTP/1.1");
    }
    for (int i = from; i < end; i++) {
      if (bytes[i] == '\n' && ends(i)) {
        in.skipBytes(i + 1 - from);
        length = i + 1;
        return true;
      }
    }
    in.skipBytes(take);
    length = end;
    if (!lineSeen && length - start > maxLine) {
      throw tooLong();
    }
    if (length > maxBytes) {
      throw new BadMessage(
          new Problem(431, "header-too-large", "the header has more than " + maxBytes + " bytes"));
    }
    return false;
  }

  /** At a line feed: whether the head ends with it. */
  private boolean ends(int at) throws BadMessage {
    if (at == start || bytes[at - 1] != '\r') {
      throw BadMessage.of("a line of the header ends without a carriage return");
    }
    if (at == start + 1) {
      if (!request || start > 0) {
        throw BadMessage.of("there are empty lines before the first line");
      }
      start = 2;
      return false;
    }
    boolean end = lineSeen && bytes[at - 2] == '\n';
    lineSeen = true;
    return end;
  }

  private BadMessage tooLong() {
    return new BadMessage(
        new Problem(414, "uri-too-long", "the request line has more than " + maxLine + " bytes"));
  }

  private int parseRequestLine() throws BadMessage {
    int p = start;
    while (Ascii.token(bytes[p])) {
      p++;
    }
    if (p == start || bytes[p] != ' ') {
      throw BadMessage.of("the request line does not begin with a method and one space");
    }
    methodEnd = p;
    targetStart = ++p;
    while (Ascii.target(bytes[p])) {
      p++;
    }
    targetEnd = p;
    if (targetEnd - start > maxLine) {
      throw tooLong();
    }
    if (p == targetStart || bytes[p] != ' ') {
      throw BadMessage.of(
          "the request line has bytes that must be percent-encoded or not be there");
    }
    p = version(p + 1);
    return lineEnd(p);
  }

  private int parseStatusLine() throws BadMessage {
    int p = version(0);
    boolean digits = bytes[p] == ' ';
    status = 0;
    for (int i = 1; digits && i <= 3; i++) {
      digits = Ascii.digit(bytes[p + i]);
      status = status * 10 + bytes[p + i] - '0';
    }
    p += 4;
    if (!digits || status < 100 || (bytes[p] != ' ' && bytes[p] != '\r')) {
      throw BadMessage.of("the status is not three digits from 100 on");
    }
    reasonStart = bytes[p] == ' ' ? p + 1 : p;
    p = reasonStart;
    while (bytes[p] != '\r' && bytes[p] != '\n') {
      p++;
    }
    reasonEnd = p;
    return lineEnd(p);
  }

  private int version(int at) throws BadMessage {
    boolean http =
        bytes[at] == 'H'
            && bytes[at + 1] == 'T'
            && bytes[at + 2] == 'T'
            && bytes[at + 3] == 'P'
            && bytes[at + 4] == '/'
            && Ascii.digit(bytes[at + 5])
            && bytes[at + 6] == '.'
            && Ascii.digit(bytes[at + 7]);
    if (!http) {
      throw BadMessage.of("this is not HTTP/1.1");
    }
    if (bytes[at + 5] != '1') {
      throw new BadMessage(
          new Problem(505, "version-unsupported", "only HTTP/1.1 and 1.0 are spoken here"));
    }
    minor = bytes[at + 7] == '0' ? 0 : 1;
    return at + 8;
  }

  private int lineEnd(int at) throws BadMessage {
    if (bytes[at] != '\r' || bytes[at + 1] != '\n') {
      throw BadMessage.of("the first line does not end where it should");
    }
    return at + 2;
  }

  private void parseFields(int from) throws BadMessage {
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
    if (count == MAX_FIELDS) {
      throw new BadMessage(
          new Problem(
              431, "header-too-large", "the header has more than " + MAX_FIELDS + " fields"));
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

  // ---- what stands in it

  /** 0 for HTTP/1.0, else 1. */
  public int minor() {
    return minor;
  }

  public int status() {
    return status;
  }

  public int count() {
    return count;
  }

  public int kind(int field) {
    return kinds[field];
  }

  public boolean has(int kind) {
    return (seen >>> kind & 1) != 0;
  }

  /** How many fields of a kind other than {@link Field#OTHER} there are. */
  public int count(int kind) {
    return has(kind) ? counts[kind] : 0;
  }

  /** The value of the first field of a kind; empty without one. */
  public String value(int kind) {
    return has(kind) ? valueAt(firsts[kind]) : "";
  }

  /** The value of the last field of a kind; empty without one. */
  public String last(int kind) {
    for (int i = count - 1; i >= 0; i--) {
      if (kinds[i] == kind) {
        return valueAt(i);
      }
    }
    return "";
  }

  public String valueAt(int field) {
    return text(spans[4 * field + 2], spans[4 * field + 3]);
  }

  /** The value of the first field of this name, given in lower case; empty without one. */
  public String valueOf(String name) {
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
  public boolean hasToken(int kind, String token) {
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

  public String method() {
    return text(start, methodEnd);
  }

  public boolean methodIs(String method) {
    int size = methodEnd - start;
    if (size != method.length()) {
      return false;
    }
    for (int i = 0; i < size; i++) {
      if (bytes[start + i] != method.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  public String target() {
    return text(targetStart, targetEnd);
  }

  private String text(int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }

  // ---- what is handed on

  void writeMethod(ByteBuf out) {
    out.writeBytes(bytes, start, methodEnd - start);
  }

  /** The reason phrase as it came, unless it has bytes that must not be there. */
  boolean writeReason(ByteBuf out) {
    for (int i = reasonStart; i < reasonEnd; i++) {
      if (!Ascii.value(bytes[i])) {
        return false;
      }
    }
    out.writeBytes(bytes, reasonStart, reasonEnd - reasonStart);
    return reasonEnd > reasonStart;
  }

  /** The lines of all fields but those of the kinds to drop, in as few pieces as can be. */
  void writeFields(ByteBuf out, long drop) {
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

  /** About how many bytes it has. */
  int size() {
    return length;
  }
}
