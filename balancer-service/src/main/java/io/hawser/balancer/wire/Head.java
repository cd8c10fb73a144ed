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

  private final int maxBytes;
  private final int maxLine;
  private byte[] bytes = new byte[FIRST_BYTES];
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

  private final Fields fields = new Fields();

  public Head(int maxBytes, int maxLine) {
    this.maxBytes = maxBytes;
    this.maxLine = maxLine;
  }

  /** Makes ready for the next message. */
  public void clear() {
    length = 0;
    start = 0;
    lineSeen = false;
    fields.clear();
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
    fields.parse(bytes, parseRequestLine(), length, true);
    return true;
  }

  /** The same for a response. */
  public boolean readResponse(ByteBuf in) throws BadMessage {
    if (!gather(in, false)) {
      return false;
    }
    fields.parse(bytes, parseStatusLine(), length, false);
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

  // ---- what stands in it

  /** 0 for HTTP/1.0, else 1. */
  public int minor() {
    return minor;
  }

  public int status() {
    return status;
  }

  public int count() {
    return fields.count();
  }

  public int kind(int field) {
    return fields.kind(field);
  }

  public boolean has(int kind) {
    return fields.has(kind);
  }

  /** How many fields of a kind other than {@link Field#OTHER} there are. */
  public int count(int kind) {
    return fields.count(kind);
  }

  /** The value of the first field of a kind; empty without one. */
  public String value(int kind) {
    return fields.value(kind);
  }

  /** The values of all fields of a kind, with commas between; empty without one. */
  public String values(int kind) {
    return fields.values(kind);
  }

  public String valueAt(int field) {
    return fields.valueAt(field);
  }

  /** The value of the first field of this name, given in lower case; empty without one. */
  public String valueOf(String name) {
    return fields.valueOf(name);
  }

  /** Whether a field that is a list of tokens has this one, given in lower case. */
  public boolean hasToken(int kind, String token) {
    return fields.hasToken(kind, token);
  }

  public String method() {
    return text(start, methodEnd);
  }

  public boolean methodIs(String method) {
    return Ascii.same(bytes, start, methodEnd, method);
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

  /** The fields, for what writes them. */
  Fields fields() {
    return fields;
  }

  /** About how many bytes it has. */
  int size() {
    return length;
  }
}
