package io.hawser.drill.net;

import java.io.IOException;
import java.net.Socket;

/** One connection through a proxy: the client's side and the target's. Thread-safe. */
final class Link {
  final Socket client;
  final Socket target = new Socket();
  private volatile boolean broken;

  Link(Socket client) {
    this.client = client;
  }

  /** Whether bytes were lost on it, so that it can never be whole again. */
  boolean broken() {
    return broken;
  }

  /** Bytes have come and go nowhere. */
  void swallow() {
    broken = true;
  }

  /** The target goes without a word: the client's side stays open. */
  void loseTarget() {
    broken = true;
    close(target);
  }

  void reset() {
    reset(client);
    reset(target);
  }

  /** Ends it with a RST, as a host does that knows nothing of the connection. */
  static void reset(Socket socket) {
    try {
      if (!socket.isClosed()) {
        socket.setSoLinger(true, 0);
      }
    } catch (IOException e) {
      // Closed meanwhile.
      return;
    } finally {
      close(socket);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone either way.
      return;
    }
  }
}
