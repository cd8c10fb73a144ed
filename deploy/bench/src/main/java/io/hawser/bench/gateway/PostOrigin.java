package io.hawser.bench.gateway;

import java.io.BufferedInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * An origin, in a process of its own, that writes the target of each request into a file before it
 * answers: what it has seen is known even if it is killed.
 */
public final class PostOrigin {
  private static final byte[] ANSWER =
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII);
  private static final String LENGTH = "content-length:";

  private PostOrigin() {}

  /**
   * @param args the port and the file
   */
  public static void main(String[] args) throws IOException {
    try (ServerSocket server =
            new ServerSocket(Integer.parseInt(args[0]), 1_024, InetAddress.getLoopbackAddress());
        FileOutputStream seen = new FileOutputStream(args[1], true)) {
      while (true) {
        Socket socket = server.accept();
        Thread unused = Thread.ofVirtual().start(() -> serve(socket, seen));
      }
    }
  }

  private static void serve(Socket socket, FileOutputStream seen) {
    try (socket) {
      socket.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(socket.getInputStream());
      for (String start = line(in); !start.isEmpty(); start = line(in)) {
        long body = 0;
        for (String field = line(in); !field.isEmpty(); field = line(in)) {
          if (field.toLowerCase(Locale.ROOT).startsWith(LENGTH)) {
            body = Long.parseLong(field.substring(LENGTH.length()).strip());
          }
        }
        in.skipNBytes(body);
        String target = start.split(" ", 3)[1] + "\n";
        // One write for each line: lines of several threads do not mix.
        seen.write(target.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(ANSWER);
      }
    } catch (IOException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      line.append((char) c);
    }
    return line.toString().strip();
  }
}
