package io.hawser.balancer.proxy;

import io.netty.channel.Channel;

/**
 * A connection that has switched to another protocol: bytes pass as they are, and each side's end
 * is passed on by itself. Owned by one event loop.
 */
final class Tunnel {
  private final Download download;
  private final Channel instance;
  private final Channel client;
  private boolean clientEnded;
  private boolean instanceEnded;

  Tunnel(Download download, Channel instance, Channel client) {
    this.download = download;
    this.instance = instance;
    this.client = client;
  }

  void clientHalfClosed() {
    if (!clientEnded) {
      clientEnded = true;
      pass(instance);
    }
  }

  void instanceHalfClosed() {
    if (!instanceEnded) {
      instanceEnded = true;
      pass(client);
    }
  }

  private void pass(Channel to) {
    if (clientEnded && instanceEnded) {
      download.tunnelEnded();
    } else {
      Sockets.afterFlush(to, () -> Sockets.shutdownOutput(to));
    }
  }
}
