package io.hawser.balancer.proxy;

import io.hawser.balancer.core.Endpoint;
import io.hawser.balancer.core.Wheel;
import io.hawser.balancer.plane.BalancerSettings;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one loop to one instance: the one that was used last is used next, and what
 * finds none waits in a line of bounded length. Owned by that loop. A few lines longer than other
 * files: who gets which connection is best read in one place.
 */
final class Lane {
  /** Somebody who wants a connection; hears exactly one of these. */
  interface Rider {
    /** For how long it would wait in the line; 0: it has waited long enough. */
    long patienceNs();

    void connected(Back back);

    /** None could be made. */
    void unreachable(String why);

    /** Nobody knows where it is: that need not be the instance's fault. */
    void unresolved(String why);

    /** All of them are at work, and the line is full or did not move. */
    void crowded();
  }

  /** What the system says when there are no more files, ports or buffers to be had. */
  private static final List<String> LACKS =
      List.of("Too many open files", "No buffer space", "Cannot assign requested address");

  /** A rider in the line. */
  private final class Waiting extends Wheel.Timer {
    private final Rider rider;
    private final long maxIdleNs;

    Waiting(Rider rider, long maxIdleNs) {
      this.rider = rider;
      this.maxIdleNs = maxIdleNs;
    }

    @Override
    public void expired() {
      if (line.remove(this)) {
        rider.crowded();
      }
    }
  }

  private final Loop loop;
  private final Endpoint endpoint;
  private final ArrayDeque<Back> idle = new ArrayDeque<>();
  private final ArrayDeque<Waiting> line = new ArrayDeque<>();
  private final byte[] nameLine;
  private final Address address;
  private int open;
  private boolean retired;
  private boolean serving;

  Lane(Loop loop, Endpoint endpoint) {
    this.loop = loop;
    this.endpoint = endpoint;
    this.nameLine =
        ("Hawser-Instance: " + endpoint.key().id() + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    this.address = new Address(endpoint.host(), loop::ask, loop.wheel(), loop::nowNs);
  }

  Loop loop() {
    return loop;
  }

  /** Says in an answer who gave it. */
  byte[] nameLine() {
    return nameLine;
  }

  Endpoint endpoint() {
    return endpoint;
  }

  /**
   * Gets the rider a connection, at once when there is one.
   *
   * @param maxIdleNs a kept connection that has been idle for longer is passed over; 0: none will
   *     do
   */
  void board(Rider rider, long maxIdleNs) {
    Back back = kept(maxIdleNs);
    if (back != null) {
      rider.connected(back);
    } else if (room() || (giveWay() && room())) {
      connect(rider);
    } else {
      long patienceNs =
          line.size() < BalancerSettings.WAITING_PER_INSTANCE ? rider.patienceNs() : 0;
      if (patienceNs <= 0) {
        rider.crowded();
        return;
      }
      Waiting waiting = new Waiting(rider, maxIdleNs);
      line.add(waiting);
      loop.wheel().arm(waiting, loop.nowNs() + patienceNs);
    }
  }

  /** Who waits in the line does not any more. */
  void leave(Rider rider) {
    if (line.isEmpty()) {
      return;
    }
    for (Waiting waiting : line) {
      if (waiting.rider.equals(rider)) {
        loop.wheel().remove(waiting);
      }
    }
    boolean unused = line.removeIf(waiting -> waiting.rider.equals(rider));
  }

  private @Nullable Back kept(long maxIdleNs) {
    long nowNs = loop.nowNs();
    for (Back back = idle.peekLast(); back != null; back = idle.peekLast()) {
      if (nowNs - back.idleSinceNs() >= maxIdleNs) {
        // Those before it have been idle for longer still.
        return null;
      }
      idle.removeLast();
      if (back.usable()) {
        return back;
      }
      back.close();
    }
    return null;
  }

  private boolean room() {
    return open < loop.limits().instanceConnections();
  }

  /** Whether one that has been idle for too long for whoever asks has made room for another. */
  private boolean giveWay() {
    Back oldest = idle.pollFirst();
    if (oldest == null) {
      return false;
    }
    oldest.giveWay();
    return true;
  }

  private void connect(Rider rider) {
    open++;
    address.take(at -> connect(rider, at));
  }

  private void connect(Rider rider, String at) {
    Back back = new Back(this);
    if (at.isEmpty()) {
      closed(back);
      rider.unresolved("unknown host");
      return;
    }
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop.eventLoop())
            .channel(loop.transport().client())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.AUTO_CLOSE, false)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, BalancerSettings.CONNECT_TIMEOUT_MS)
            .handler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    loop.origins()
                        .handler(endpoint, channel.alloc())
                        .ifPresent(channel.pipeline()::addLast);
                    channel.pipeline().addLast(back);
                  }
                });
    var unused =
        bootstrap
            .connect(new InetSocketAddress(at, endpoint.port()))
            .addListener(
                (ChannelFuture done) -> {
                  // Without a socket there is no loop, and the news comes on a thread of its own.
                  if (loop.eventLoop().inEventLoop()) {
                    connected(done, back, rider);
                  } else {
                    loop.eventLoop().execute(() -> connected(done, back, rider));
                  }
                });
  }

  private void connected(ChannelFuture done, Back back, Rider rider) {
    loop.tick();
    if (done.isSuccess()) {
      SslHandler tls = done.channel().pipeline().get(SslHandler.class);
      if (tls == null) {
        rider.connected(back);
      } else {
        var unused = tls.handshakeFuture().addListener(agreed -> agreed(agreed, back, rider));
      }
      return;
    }
    closed(back);
    refused(done.cause(), rider);
  }

  /** TLS has been set up with the instance, or could not be: then the connection ends by itself. */
  private void agreed(Future<? super Channel> done, Back back, Rider rider) {
    loop.tick();
    if (done.isSuccess()) {
      rider.connected(back);
    } else {
      rider.unreachable("no TLS: " + done.cause().getMessage());
    }
  }

  static void refused(Throwable cause, Rider rider) {
    if (ours(cause)) {
      rider.crowded();
      return;
    }
    if (cause instanceof ClosedChannelException) {
      // It was ended here before it was there.
      rider.unresolved("connection given up");
      return;
    }
    rider.unreachable(
        cause instanceof ConnectException
            ? String.valueOf(cause.getMessage()).contains("timed out")
                ? "connection timed out"
                : "connection refused"
            : cause.getClass().getSimpleName());
  }

  /** Whether it is this process that lacks something, and no fault of the instance. */
  static boolean ours(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String text = String.valueOf(cause.getMessage());
      if (LACKS.stream().anyMatch(text::contains)) {
        return true;
      }
    }
    return false;
  }

  /** A connection has carried a request to its end and can carry another. */
  void free(Back back) {
    Waiting next = line.peek();
    if (next != null && next.maxIdleNs == 0) {
      // Nothing but a new one will do, for which this one makes room.
      back.close();
    } else if (next != null) {
      line.remove();
      loop.wheel().remove(next);
      next.rider.connected(back);
    } else if (retired) {
      back.close();
    } else {
      idle.addLast(back);
    }
  }

  /** A connection is no more, or has become a tunnel. */
  void closed(Back back) {
    open--;
    boolean unused = idle.remove(back);
    if (!serving) {
      serving = true;
      try {
        serveLine();
      } finally {
        serving = false;
      }
    }
  }

  /** A connection that cannot be had is heard of within this, and leaves its place to the next. */
  private void serveLine() {
    while (!line.isEmpty() && room()) {
      Waiting next = line.remove();
      loop.wheel().remove(next);
      board(next.rider, next.maxIdleNs);
    }
  }

  /** No new request goes here: connections end when they have nothing to do. */
  void retire() {
    retired = true;
    while (!idle.isEmpty()) {
      idle.removeLast().close();
    }
  }
}
