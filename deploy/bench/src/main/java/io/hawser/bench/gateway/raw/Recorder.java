package io.hawser.bench.gateway.raw;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * An origin that keeps each request as it came, byte by byte, and answers it. It reads lines as
 * carelessly as the most careless server: what reaches it ambiguous is to do harm. Thread-safe.
 */
public final class Recorder implements AutoCloseable {
  private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";

  private final ServerSocket server;
  private final List<String> requests = new ArrayList<>();

  public Recorder() {
    try {
      server = new ServerSocket(0, 1_024, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread unused = Thread.ofVirtual().start(this::accept);
  }

  public int port() {
    return server.getLocalPort();
  }

  /** Takes what has come since the last time. */
  public synchronized List<String> take() {
    List<String> taken = List.copyOf(requests);
    requests.clear();
    return taken;
  }

  private synchronized void add(String request) {
    if (!request.isBlank()) {
      requests.add(request);
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        Thread unused = Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(Socket socket) {
    ByteArrayOutputStream raw = new ByteArrayOutputStream();
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      while (request(in, raw)) {
        String request = raw.toString(StandardCharsets.ISO_8859_1);
        raw.reset();
        add(request);
        String body = request.startsWith("HEAD ") ? "" : "ok";
        out.write((ANSWER + body).getBytes(StandardCharsets.US_ASCII));
      }
    } catch (IOException e) {
      raw.writeBytes(" [broken]".getBytes(StandardCharsets.US_ASCII));
    }
    if (raw.size() > " [broken]".length()) {
      add(raw.toString(StandardCharsets.ISO_8859_1));
    }
  }

  /** Reads one; false at the end of the connection. */
  private static boolean request(InputStream in, ByteArrayOutputStream raw) throws IOException {
    long length = 0;
    boolean chunked = false;
    boolean first = true;
    while (true) {
      String line = line(in, raw);
      if (line.isEmpty()) {
        return false;
      }
      String text = line.strip().toLowerCase(Locale.ROOT);
      if (text.isEmpty() && !first) {
        break;
      }
      first = first && text.isEmpty();
      if (text.startsWith("content-length:")) {
        length = number(text.substring(15), 10);
      }
      chunked |= text.startsWith("transfer-encoding") && text.contains("chunked");
    }
    if (chunked) {
      chunks(in, raw);
    } else {
      copy(in, raw, length);
    }
    return true;
  }

  private static void chunks(InputStream in, ByteArrayOutputStream raw) throws IOException {
    String line = line(in, raw);
    while (number(line, 16) > 0) {
      copy(in, raw, number(line, 16));
      String unused = line(in, raw);
      line = line(in, raw);
    }
    while (!line.isBlank()) {
      line = line(in, raw);
    }
  }

  private static void copy(InputStream in, ByteArrayOutputStream raw, long length)
      throws IOException {
    raw.writeBytes(in.readNBytes((int) Math.min(length, 1 << 20)));
  }

  private static long number(String text, int radix) {
    String digits = text.strip();
    int end = 0;
    while (end < digits.length() && end < 9 && Character.digit(digits.charAt(end), radix) >= 0) {
      end++;
    }
    return end == 0 ? 0 : Long.parseLong(digits, 0, end, radix);
  }

  /** Up to a line feed, with it; empty at the end. */
  private static String line(InputStream in, ByteArrayOutputStream raw) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0; c = in.read()) {
      raw.write(c);
      line.append((char) c);
      if (c == '\n') {
        break;
      }
    }
    return line.toString();
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
