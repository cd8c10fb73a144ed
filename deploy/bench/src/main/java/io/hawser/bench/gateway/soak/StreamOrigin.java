package io.hawser.bench.gateway.soak;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * An origin that answers {@code GET /bytes/N} with N bytes, a body with how many bytes it had, and
 * anything else with a few. Thread-safe.
 */
final class StreamOrigin implements AutoCloseable {
  private static final int PIECE = 65_536;
  private static final String BYTES = "/bytes/";
  private static final String LENGTH = "content-length:";

  private final ServerSocket server;

  StreamOrigin() {
    try {
      server = new ServerSocket(0, 4_096, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread unused = Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return server.getLocalPort();
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

  private static void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream(), PIECE);
      OutputStream out = socket.getOutputStream();
      for (String start = line(in); !start.isEmpty(); start = line(in)) {
        long body = 0;
        for (String field = line(in); !field.isEmpty(); field = line(in)) {
          if (field.toLowerCase(Locale.ROOT).startsWith(LENGTH)) {
            body = Long.parseLong(field.substring(LENGTH.length()).strip());
          }
        }
        in.skipNBytes(body);
        answer(out, start.split(" ", 3)[1], body);
      }
    } catch (IOException e) {
      // The proxy went away, as it may when its client does.
      Thread.onSpinWait();
    }
  }

  private static void answer(OutputStream out, String target, long body) throws IOException {
    if (!target.startsWith(BYTES)) {
      out.write(bytes(head(20) + "%020d".formatted(body)));
      return;
    }
    long left = Long.parseLong(target.substring(BYTES.length()));
    out.write(bytes(head(left)));
    byte[] piece = new byte[PIECE];
    while (left > 0) {
      int size = (int) Math.min(left, PIECE);
      out.write(piece, 0, size);
      left -= size;
    }
  }

  private static String head(long length) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      line.append((char) c);
    }
    return line.toString().strip();
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
