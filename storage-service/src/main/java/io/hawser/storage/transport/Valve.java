package io.hawser.storage.transport;

import io.vertx.core.net.NetSocket;

/**
 * Stops reading from a socket while anybody wants it stopped. Not thread-safe: owned by the
 * socket's event loop.
 */
final class Valve {
  private final NetSocket socket;
  private int holders;

  Valve(NetSocket socket) {
    this.socket = socket;
  }

  void hold() {
    if (holders++ == 0) {
      socket.pause();
    }
  }

  void release() {
    if (--holders == 0) {
      socket.resume();
    }
  }
}
