package io.hawser.balancer;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/** How connections end when a message on them cannot be finished. */
final class Connections {
  private Connections() {}

  /**
   * Resets a connection at once: the peer sees a failure, never the end of a message, and nothing
   * waits for a peer that does not read. A plain close would look like a good end to a client of
   * HTTP/1.0.
   */
  static void reset(HttpConnection connection) {
    Channel channel = ((ConnectionBase) connection).channel();
    if (channel.isOpen()) {
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
      var unused = channel.close();
    }
  }
}
