package io.hawser.balancer;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A client of HTTP/1 that shows what is on the wire: nothing is retried, merged or mended. */
final class Raw implements AutoCloseable {
  private static final int READ_TIMEOUT_MS = 30_000;

  record Answer(int status, List<String> head, String body) {
    Optional<String> header(String name) {
      String start = name.toLowerCase(Locale.ROOT) + ":";
      return head.stream()
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
          .map(line -> line.substring(start.length()).strip())
          .findFirst();
    }
  }

  final Socket socket;
  private final InputStream in;

  Raw(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(READ_TIMEOUT_MS);
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream());
  }

  /** Whether nobody listens there. */
  static boolean refused(int port) {
    try (Raw raw = new Raw(port)) {
      return !raw.socket.isConnected();
    } catch (ConnectException e) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  static Answer get(int port, String path, String... headers) throws IOException {
    try (Raw raw = new Raw(port)) {
      return raw.send("GET", path, headers).answer(false);
    }
  }

  @CanIgnoreReturnValue
  Raw send(String method, String path, String... headers) throws IOException {
    StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: h\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    return text(head.append("\r\n").toString());
  }

  @CanIgnoreReturnValue
  Raw text(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
    return this;
  }

  String line() throws IOException {
    StringBuilder line = new StringBuilder();
    int c;
    while ((c = in.read()) != '\n') {
      if (c < 0) {
        throw new EOFException("the connection ended in a line: " + line);
      }
      line.append((char) c);
    }
    return line.toString().strip();
  }

  /**
   * @param noBody of an answer to HEAD
   */
  Answer answer(boolean noBody) throws IOException {
    int status = Integer.parseInt(line().split(" ", 3)[1]);
    List<String> head = new ArrayList<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      head.add(line);
    }
    Answer bare = new Answer(status, head, "");
    if (noBody || status < 200 || status == 204 || status == 304) {
      return bare;
    }
    return new Answer(status, head, new String(body(bare), StandardCharsets.UTF_8));
  }

  private byte[] body(Answer head) throws IOException {
    if (head.header("transfer-encoding").isEmpty()) {
      Optional<String> length = head.header("content-length");
      return length.isPresent() ? exactly(Integer.parseInt(length.get())) : in.readAllBytes();
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
      body.write(exactly(size));
      String unused = line();
    }
    String end = line();
    if (!end.isEmpty()) {
      throw new IOException("trailer: " + end);
    }
    return body.toByteArray();
  }

  private byte[] exactly(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the body ended after " + bytes.length + " of " + length);
    }
    return bytes;
  }

  /** What comes up to the end of the connection. */
  String rest() throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  /** Reads to the end of the connection, and returns how much there was. */
  long drain() throws IOException {
    byte[] bytes = new byte[64 * 1024];
    long all = 0;
    for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
      all += n;
    }
    return all;
  }

  /** The next byte; -1 at a clean end of the connection. */
  int read() throws IOException {
    return in.read();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
