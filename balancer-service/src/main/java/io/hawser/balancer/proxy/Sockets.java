package io.hawser.balancer.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

/** The few things that are done to a channel. Failures come back through its pipeline. */
final class Sockets {
  private Sockets() {}

  static void write(Channel to, Object message) {
    var unused = to.write(message, to.voidPromise());
  }

  /** Costs nothing when nothing was written: TLS would make something of a flush by itself. */
  static void flush(Channel channel) {
    if (pending(channel)) {
      var unused = channel.flush();
    }
  }

  static void close(Channel channel) {
    var unused = channel.close();
  }

  /** Whether something that was written is not with the kernel yet. */
  static boolean pending(Channel channel) {
    return channel.bytesBeforeUnwritable() <= channel.config().getWriteBufferHighWaterMark();
  }

  /** Goes on when what was written is with the kernel. */
  static void afterFlush(Channel channel, Runnable then) {
    var unused =
        channel
            .writeAndFlush(Unpooled.EMPTY_BUFFER)
            .addListener(
                (ChannelFuture done) -> {
                  if (done.isSuccess()) {
                    then.run();
                  }
                });
  }

  /** Says that nothing more comes; the peer may still send. */
  static void shutdownOutput(Channel channel) {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls != null) {
      var unused = tls.closeOutbound();
    } else if (channel instanceof SocketChannel socket) {
      var unused = socket.shutdownOutput();
    } else {
      close(channel);
    }
  }

  /** Whether the event says that the peer has ended its side. */
  static boolean peerEnded(Object event) {
    return event instanceof ChannelInputShutdownEvent
        || (event instanceof SslCloseCompletionEvent end && end.isSuccess());
  }

  /**
   * Resets a connection at once: the peer sees a failure, never the end of a message, and nothing
   * waits for a peer that does not read.
   */
  static void reset(Channel channel) {
    if (channel.isOpen()) {
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
      // Below TLS, which would say goodbye as if all were well.
      ChannelHandlerContext tls = channel.pipeline().context(SslHandler.class);
      if (tls == null) {
        close(channel);
      } else {
        var unused = tls.close();
      }
    }
  }

  static void read(Channel channel, boolean on) {
    if (channel.config().isAutoRead() != on) {
      channel.config().setAutoRead(on);
    }
  }

  /** What has come and was not read, with what comes now behind it. Takes both over. */
  static ByteBuf append(Channel channel, @Nullable ByteBuf before, ByteBuf next) {
    if (before == null) {
      return next;
    }
    int size = before.readableBytes() + next.readableBytes();
    ByteBuf both = channel.alloc().buffer(size);
    both.writeBytes(before).writeBytes(next);
    before.release();
    next.release();
    return both;
  }
}
