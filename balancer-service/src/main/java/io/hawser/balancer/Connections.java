package io.hawser.balancer;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/** What Vert.x does not offer to do with a connection. */
final class Connections {
  /** The name that Vert.x gives to the decoder of a client's connection. */
  private static final String CODEC = "codec";

  private static final AttributeKey<Boolean> USED = AttributeKey.valueOf("hawser.used");

  private Connections() {}

  /**
   * Resets a connection at once: the peer sees a failure, never the end of a message, and nothing
   * waits for a peer that does not read. A plain close would look like a good end to a client of
   * HTTP/1.0; it is what a connection gets whose channel is out of reach.
   */
  static void reset(HttpConnection connection) {
    if (!(connection instanceof ConnectionBase base)) {
      connection.close().onFailure(Exchange::ignored);
      return;
    }
    Channel channel = base.channel();
    if (channel.isOpen()) {
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
      var unused = channel.close();
    }
  }

  /** Calls back on the connection's loop; leaves Vert.x's own handler, of which there is one. */
  static void onClose(HttpConnection connection, Runnable closed) {
    if (connection instanceof ConnectionBase base) {
      var unused = base.channel().closeFuture().addListener(done -> closed.run());
    } else {
      connection.closeHandler(done -> closed.run());
    }
  }

  /** Sends what has been written, now and not when all that was read has been seen to. */
  static void flush(HttpConnection connection) {
    if (connection instanceof ConnectionBase base) {
      var unused = base.channel().flush();
    }
  }

  /**
   * Whether a connection to an instance has carried a request before; from now on it has. The first
   * time it is made ready. It may have closed since it was lent: the mark outlives that.
   */
  static boolean reused(HttpConnection upstream) {
    if (!(upstream instanceof ConnectionBase base)) {
      return false;
    }
    Channel channel = base.channel();
    if (channel.attr(USED).setIfAbsent(Boolean.TRUE) != null) {
      return true;
    }
    // What fails on it is told to the attempt that it carries.
    upstream.exceptionHandler(Exchange::ignored);
    if (channel.pipeline().get(CODEC) != null) {
      var unused = channel.pipeline().addAfter(CODEC, "information", new InformationFilter());
    }
    return false;
  }

  /**
   * Keeps information that Vert.x would take for the answer (102, and what nobody knows) from it.
   */
  private static final class InformationFilter extends ChannelInboundHandlerAdapter {
    private static final int SWITCHING = 101;

    private boolean dropping;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof HttpResponse response) {
        int status = response.status().code();
        dropping = status > SWITCHING && status < 200 && status != Answer.EARLY_HINTS;
      }
      if (!dropping) {
        var unused = context.fireChannelRead(message);
        return;
      }
      dropping = !(message instanceof LastHttpContent);
      var unused = ReferenceCountUtil.release(message);
    }
  }
}
