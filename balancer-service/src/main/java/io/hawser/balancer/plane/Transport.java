package io.hawser.balancer.plane;

import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.UnixChannelOption;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the loops talk to the kernel.
 *
 * @param io makes the part of a loop that does
 * @param reusePort the option that lets each loop have a listener of its own; empty: one listener
 *     serves all loops
 */
public record Transport(
    String name,
    IoHandlerFactory io,
    Class<? extends ServerSocketChannel> server,
    Class<? extends SocketChannel> client,
    Optional<ChannelOption<Boolean>> reusePort) {
  public static final String AUTO = "auto";
  private static final String EPOLL = "epoll";
  private static final String IO_URING = "io_uring";
  private static final String NIO = "nio";
  static final List<String> NAMES = List.of(AUTO, EPOLL, IO_URING, NIO);

  /**
   * Whether what it tells of in a turn is what could be read at the turn's begin; else it is what
   * has been read since as well.
   */
  public boolean turns() {
    return !name.equals(IO_URING);
  }

  /**
   * The transport of this name; {@link #AUTO} is epoll where that is available, else NIO.
   *
   * @throws IllegalArgumentException when this machine does not have it
   */
  public static Transport of(String name) {
    return switch (name) {
      case AUTO -> Epoll.isAvailable() ? epoll() : nio();
      case EPOLL -> {
        require(name, Epoll.isAvailable(), Epoll.unavailabilityCause());
        yield epoll();
      }
      case IO_URING -> {
        require(name, IoUring.isAvailable(), IoUring.unavailabilityCause());
        yield ioUring();
      }
      default -> nio();
    };
  }

  private static void require(String name, boolean available, @Nullable Throwable cause) {
    if (!available) {
      throw new IllegalArgumentException(
          "balancer.transport is " + name + ", which this machine does not have: " + cause);
    }
  }

  private static Transport epoll() {
    return new Transport(
        EPOLL,
        EpollIoHandler.newFactory(),
        EpollServerSocketChannel.class,
        EpollSocketChannel.class,
        Optional.of(UnixChannelOption.SO_REUSEPORT));
  }

  private static Transport ioUring() {
    return new Transport(
        IO_URING,
        IoUringIoHandler.newFactory(),
        IoUringServerSocketChannel.class,
        IoUringSocketChannel.class,
        Optional.of(UnixChannelOption.SO_REUSEPORT));
  }

  private static Transport nio() {
    return new Transport(
        NIO,
        NioIoHandler.newFactory(),
        NioServerSocketChannel.class,
        NioSocketChannel.class,
        Optional.empty());
  }
}
