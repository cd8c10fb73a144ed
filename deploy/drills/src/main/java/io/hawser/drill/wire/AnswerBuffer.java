package io.hawser.drill.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The bytes that have come on one connection, and the answers in them. It knows lengths and chunks,
 * and no answer without either. Not thread-safe. Bounded by {@link #MAX}.
 */
public final class AnswerBuffer {
  /** The longest answer, in bytes. */
  public static final int MAX = 16 << 20;

  private static final int FIRST = 4 * 1024;
  private static final int STATUS_AT = 9;
  private static final int NONE = -1;

  private byte[] bytes = new byte[FIRST];
  private int from;
  private int to;
  private int searched;

  /** Reads what there is, and waits for something when there is nothing; -1 at the end. */
  int readFrom(InputStream in) throws IOException {
    prepare();
    int read = in.read(bytes, to, bytes.length - to);
    to += Math.max(0, read);
    return read;
  }

  /** Reads what there is; -1 at the end. */
  public int readFrom(ReadableByteChannel channel) throws IOException {
    prepare();
    int read = channel.read(ByteBuffer.wrap(bytes, to, bytes.length - to));
    to += Math.max(0, read);
    return read;
  }

  private void prepare() throws IOException {
    if (from == to) {
      from = 0;
      to = 0;
      searched = 0;
    }
    if (to == bytes.length) {
      makeRoom();
    }
  }

  private void makeRoom() throws IOException {
    if (from > 0) {
      System.arraycopy(bytes, from, bytes, 0, to - from);
      searched = Math.max(0, searched - from);
      to -= from;
      from = 0;
    } else if (bytes.length >= MAX) {
      throw new IOException("an answer of more than " + MAX + " bytes");
    } else {
      bytes = Arrays.copyOf(bytes, Math.min(MAX, bytes.length * 2));
    }
  }

  /** The next complete answer, taken out; empty when more bytes are needed. */
  public Optional<HttpReply> next() throws IOException {
    int headEnd = headEnd();
    if (headEnd == NONE) {
      return Optional.empty();
    }
    String head = new String(bytes, from, headEnd - from, StandardCharsets.ISO_8859_1);
    int status = status(head);
    int bodyAt = headEnd + 4;
    boolean keep = !Heads.value(head, "connection").equalsIgnoreCase("close");
    if (Heads.value(head, "transfer-encoding").equalsIgnoreCase("chunked")) {
      return chunked(bodyAt).map(body -> new HttpReply(status, head, body, keep));
    }
    int length = length(head, status);
    if (to - bodyAt < length) {
      return Optional.empty();
    }
    byte[] body = Arrays.copyOfRange(bytes, bodyAt, bodyAt + length);
    take(bodyAt + length);
    return Optional.of(new HttpReply(status, head, body, keep));
  }

  private static int status(String head) throws IOException {
    if (!head.startsWith("HTTP/1.1 ") || head.length() < STATUS_AT + 3) {
      throw new IOException("no HTTP/1.1 answer: " + head.lines().findFirst().orElse(""));
    }
    return number(head.substring(STATUS_AT, STATUS_AT + 3), 10);
  }

  private static int length(String head, int status) throws IOException {
    String length = Heads.value(head, "content-length");
    if (!length.isEmpty()) {
      return number(length, 10);
    }
    if (status == 204 || status == 304) {
      return 0;
    }
    throw new IOException("an answer without a length: " + status);
  }

  private static int number(String text, int radix) throws IOException {
    try {
      int value = Integer.parseInt(text, radix);
      if (value < 0 || value > MAX) {
        throw new IOException("a length of " + value);
      }
      return value;
    } catch (NumberFormatException e) {
      throw new IOException("no number: " + text, e);
    }
  }

  private Optional<byte[]> chunked(int start) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    int at = start;
    while (true) {
      int end = lineEnd(at);
      if (end == NONE) {
        return Optional.empty();
      }
      String size = new String(bytes, at, end - at, StandardCharsets.ISO_8859_1);
      int length = number(size.split(";", 2)[0].strip(), 16);
      int next = end + 2 + length + 2;
      if (next > to) {
        return Optional.empty();
      }
      body.write(bytes, end + 2, length);
      if (length == 0) {
        take(next);
        return Optional.of(body.toByteArray());
      }
      at = next;
    }
  }

  private int lineEnd(int at) {
    for (int i = at; i + 1 < to; i++) {
      if (bytes[i] == '\r' && bytes[i + 1] == '\n') {
        return i;
      }
    }
    return NONE;
  }

  private int headEnd() {
    for (int i = Math.max(from, searched); i + 3 < to; i++) {
      if (bytes[i] == '\r'
          && bytes[i + 1] == '\n'
          && bytes[i + 2] == '\r'
          && bytes[i + 3] == '\n') {
        searched = i;
        return i;
      }
    }
    searched = Math.max(from, to - 3);
    return NONE;
  }

  private void take(int end) {
    from = end;
    searched = end;
  }
}
