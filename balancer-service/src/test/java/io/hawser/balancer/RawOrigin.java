package io.hawser.balancer;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** An origin that does with each connection what the test says, byte by byte. */
final class RawOrigin implements AutoCloseable {
  interface Script {
    /** Has the connection to itself; it is closed afterwards. */
    void run(Connection connection) throws IOException;
  }

  record Connection(Socket socket, BufferedReader in, int number) {
    /** The lines of the next head; empty when the peer has closed. */
    @CanIgnoreReturnValue
    List<String> head() throws IOException {
      List<String> lines = new ArrayList<>();
      for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
        lines.add(line);
      }
      return lines;
    }

    void write(String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
    }
  }

  final Queue<String> requests = new ConcurrentLinkedQueue<>();
  private final Queue<Socket> open = new ConcurrentLinkedQueue<>();
  private final ServerSocket server;

  RawOrigin(Script script) throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(() -> accept(script));
  }

  /** Closes every connection, with a proper end. */
  void cut() throws IOException {
    for (Socket socket : open) {
      socket.close();
    }
  }

  int port() {
    return server.getLocalPort();
  }

  private void accept(Script script) {
    try {
      for (int number = 0; ; number++) {
        Socket socket = server.accept();
        int it = number;
        Thread.ofVirtual().start(() -> serve(script, socket, it));
      }
    } catch (IOException e) {
      // Closed: the test is over.
      requests.add("closed");
    }
  }

  private void serve(Script script, Socket socket, int number) {
    open.add(socket);
    try (socket) {
      script.run(
          new Connection(
              socket,
              new BufferedReader(
                  new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1)),
              number));
    } catch (IOException e) {
      // The peer went away, as it may.
      Thread.onSpinWait();
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
