package io.hawser.balancer;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * Watches how long the head of a request takes to come on one client's connection, from its first
 * byte on: bytes that trickle in keep a connection from ever being idle. Owned by one event loop.
 */
final class HeadClock {
  /** The name that Vert.x gives to the decoder of a server's connection. */
  private static final String DECODER = "httpDecoder";

  private final Loop loop;
  private final HttpConnection connection;
  private boolean inBody;

  /** Whether a message has come to its end in what was read last. */
  private boolean complete;

  private boolean running;

  private HeadClock(Loop loop, HttpConnection connection) {
    this.loop = loop;
    this.connection = connection;
  }

  static void watch(Loop loop, HttpConnection connection) {
    if (!(connection instanceof ConnectionBase base)) {
      return;
    }
    HeadClock clock = new HeadClock(loop, connection);
    ChannelPipeline pipeline = base.channel().pipeline();
    if (pipeline.get(DECODER) != null) {
      pipeline
          .addBefore(DECODER, "headBytes", clock.new Bytes())
          .addAfter(DECODER, "headMessages", clock.new Messages());
    }
  }

  /** The head did not come in time. */
  void timedOut() {
    Connections.reset(connection);
  }

  private void stop() {
    if (running) {
      running = false;
      loop.heads().end(this);
    }
  }

  /** Sees what comes before it is understood. */
  private final class Bytes extends ChannelInboundHandlerAdapter {
    private boolean partial;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      partial = true;
      var unused = context.fireChannelRead(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      // Most heads come in one piece, and cost nothing here.
      if (partial && !inBody && !complete && !running) {
        running = true;
        loop.heads().begin(HeadClock.this, loop.nowNs());
      }
      partial = false;
      complete = false;
      var unused = context.fireChannelReadComplete();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      stop();
      var unused = context.fireChannelInactive();
    }
  }

  /** Sees what the decoder made of it. */
  private final class Messages extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof HttpRequest) {
        inBody = true;
        stop();
      }
      if (message instanceof LastHttpContent) {
        inBody = false;
        complete = true;
      }
      var unused = context.fireChannelRead(message);
    }
  }
}
