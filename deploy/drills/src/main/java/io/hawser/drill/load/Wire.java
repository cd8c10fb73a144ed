package io.hawser.drill.load;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One HTTP/1.1 connection that does exactly what it is told: no retries, no redirects, nothing
 * hidden. Not thread-safe. The JDK's own client repeats requests by itself, which a drill must not.
 */
final class Wire implements AutoCloseable {
  private static final int MAX_LINE = 16 * 1024;
  private static final int MAX_BODY = 8 << 20;
  private static final int UNKNOWN = -1;

  private final Socket socket = new Socket();
  private InputStream in = InputStream.nullInputStream();
  private boolean used;
  private boolean reusable;

  /** An answer as it came. */
  record Reply(int status, String instance) {}

  /** Nothing of an answer had come when the connection ended. */
  static final class Unanswered extends IOException {
    private static final long serialVersionUID = 1;

    Unanswered(Throwable cause) {
      super("connection closed before the answer", cause);
    }
  }

  void connect(InetSocketAddress target, int timeoutMs) throws IOException {
    socket.setTcpNoDelay(true);
    socket.connect(target, timeoutMs);
    socket.setSoTimeout(timeoutMs);
    in = new BufferedInputStream(socket.getInputStream(), 8 * 1024);
  }

  /** Whether a request went over it before. */
  boolean used() {
    return used;
  }

  /** Whether the last answer left it fit for another request. */
  boolean reusable() {
    return reusable;
  }

  Reply exchange(byte[] request) throws IOException {
    reusable = false;
    boolean firstUse = !used;
    used = true;
    String status;
    try {
      socket.getOutputStream().write(request);
      status = line();
    } catch (java.net.SocketTimeoutException e) {
      throw e;
    } catch (IOException e) {
      throw firstUse ? e : new Unanswered(e);
    }
    return rest(status);
  }

  private Reply rest(String statusLine) throws IOException {
    if (!statusLine.startsWith("HTTP/1.1 ") || statusLine.length() < 12) {
      throw new IOException("no HTTP/1.1 answer: " + statusLine);
    }
    int status = Integer.parseInt(statusLine.substring(9, 12));
    long length = UNKNOWN;
    boolean chunked = false;
    boolean close = false;
    String instance = "";
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      String name = line.substring(0, Math.max(0, colon)).toLowerCase(Locale.ROOT);
      String value = line.substring(colon + 1).strip();
      switch (name) {
        case "content-length" -> length = Long.parseLong(value);
        case "transfer-encoding" -> chunked = value.equalsIgnoreCase("chunked");
        case "connection" -> close = value.equalsIgnoreCase("close");
        case "hawser-instance" -> instance = value.substring(value.lastIndexOf('/') + 1);
        default -> {
          // Not needed.
        }
      }
    }
    dropBody(status, length, chunked);
    reusable = !close && (chunked || length >= 0 || status == 204);
    return new Reply(status, instance);
  }

  private void dropBody(int status, long length, boolean chunked) throws IOException {
    if (chunked) {
      dropChunks();
    } else if (length >= 0) {
      drop(length);
    } else if (status != 204) {
      var unused = in.readNBytes(MAX_BODY);
    }
  }

  private void dropChunks() throws IOException {
    long length = Long.parseLong(line().split(";", 2)[0].strip(), 16);
    while (length > 0) {
      drop(length);
      expectEmpty(line());
      length = Long.parseLong(line().split(";", 2)[0].strip(), 16);
    }
    expectEmpty(line());
  }

  private static void expectEmpty(String line) throws IOException {
    if (!line.isEmpty()) {
      throw new IOException("broken chunk: " + line);
    }
  }

  private void drop(long length) throws IOException {
    if (length > MAX_BODY) {
      throw new IOException("an answer of " + length + " bytes");
    }
    if (in.readNBytes((int) length).length < length) {
      throw new EOFException("answer cut off");
    }
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(64);
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("connection closed");
      }
      if (line.size() > MAX_LINE) {
        throw new IOException("a line of more than " + MAX_LINE + " bytes");
      }
      line.write(c);
    }
    String text = line.toString(StandardCharsets.ISO_8859_1);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone either way.
      reusable = false;
    }
  }
}
