package io.hawser.balancer.proxy;

import io.hawser.balancer.plane.BalancerNode;
import io.hawser.balancer.plane.BalancerSettings;
import io.hawser.balancer.plane.Transport;
import io.hawser.node.NodeSettings;
import io.hawser.node.Settings;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The event loops of a node's data plane and their listeners: one for each loop where the kernel
 * can share a port between them, else one for all. Thread-safe.
 */
public final class DataPlane {
  private static final long QUIT_S = 5;

  private final BalancerNode node;
  private final Transport transport;
  private final EventLoopGroup group;
  private final IdentityHashMap<EventLoop, Loop> loops = new IdentityHashMap<>();
  private final List<Channel> listeners = new ArrayList<>();

  public DataPlane(BalancerNode node) {
    this.node = node;
    Settings settings = node.context().settings();
    this.transport = Transport.of(settings.get(BalancerSettings.TRANSPORT));
    int wanted = settings.get(BalancerSettings.LOOPS);
    int size = wanted == 0 ? Runtime.getRuntime().availableProcessors() : wanted;
    this.group =
        new MultiThreadIoEventLoopGroup(
            size, new DefaultThreadFactory("hawser-proxy", true), transport.io());
    for (EventExecutor executor : group) {
      EventLoop eventLoop = (EventLoop) executor;
      loops.put(eventLoop, new Loop(node, eventLoop, transport));
    }
  }

  public int size() {
    return loops.size();
  }

  public String transport() {
    return transport.name();
  }

  /** Listens; the result is the port. */
  public Future<Integer> start() {
    Settings settings = node.context().settings();
    String host = settings.get(NodeSettings.BIND_HOST);
    int port = settings.get(NodeSettings.TRAFFIC_PORT);
    loops.values().forEach(loop -> loop.eventLoop().execute(loop::start));
    node.loops().addAll(loops.values());
    Future<Integer> bound;
    try {
      bound = transport.reusePort().isPresent() ? bindEach(host, port) : bind(group, host, port);
    } catch (IOException e) {
      bound = Future.failedFuture(e);
    }
    return bound;
  }

  private Future<Integer> bindEach(String host, int port) throws IOException {
    if (port != 0) {
      // Sharing a port with oneself would also share it with a stranger, unnoticed.
      try (ServerSocket probe = new ServerSocket()) {
        probe.setReuseAddress(true);
        probe.bind(new InetSocketAddress(host, port));
      } catch (BindException e) {
        throw new BindException(host + ":" + port + ": " + e.getMessage());
      }
    }
    Future<Integer> bound = Future.succeededFuture(port);
    for (EventLoop eventLoop : loops.keySet()) {
      bound = bound.compose(at -> bind(eventLoop, host, at));
    }
    return bound;
  }

  private Future<Integer> bind(EventLoopGroup on, String host, int port) {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(on, on)
            .channel(transport.server())
            .option(ChannelOption.SO_BACKLOG, BalancerSettings.ACCEPT_BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    accept(channel);
                  }
                });
    transport.reusePort().ifPresent(option -> bootstrap.option(option, true));
    Promise<Integer> promise = Promise.promise();
    var unused =
        bootstrap
            .bind(host, port)
            .addListener(
                (ChannelFuture done) -> {
                  if (done.isSuccess()) {
                    synchronized (listeners) {
                      listeners.add(done.channel());
                    }
                    promise.complete(((InetSocketAddress) done.channel().localAddress()).getPort());
                  } else {
                    promise.fail(done.cause());
                  }
                });
    return promise.future();
  }

  private void accept(SocketChannel channel) {
    Loop loop = loops.get(channel.eventLoop());
    if (loop != null) {
      channel.pipeline().addLast(new Front(loop, "http"));
    }
  }

  /** From now on nobody connects, and answers ask their clients to go elsewhere. */
  public Future<Void> stopListening() {
    loops.values().forEach(loop -> loop.eventLoop().execute(loop::drain));
    List<Future<Void>> closed = new ArrayList<>();
    synchronized (listeners) {
      for (Channel listener : listeners) {
        Promise<Void> promise = Promise.promise();
        var unused = listener.close().addListener(done -> promise.complete());
        closed.add(promise.future());
      }
    }
    return Future.join(closed).mapEmpty();
  }

  /** Ends the connections that are idle; the others end with their next answer. */
  public Future<Void> closeIdle() {
    return each(Loop::closeIdle);
  }

  /** How many clients are connected. */
  public int connections() {
    return loops.values().stream().mapToInt(Loop::clients).sum();
  }

  /** Cuts off what is left, and ends the loops. */
  public Future<Void> cut() {
    node.loops().removeAll(loops.values());
    return each(Loop::cut)
        .eventually(
            () -> {
              Promise<Void> promise = Promise.promise();
              var unused =
                  group
                      .shutdownGracefully(0, QUIT_S, TimeUnit.SECONDS)
                      .addListener(done -> promise.complete());
              return promise.future();
            });
  }

  private Future<Void> each(Consumer<Loop> task) {
    List<Future<Void>> done = new ArrayList<>();
    for (Loop loop : loops.values()) {
      Promise<Void> promise = Promise.promise();
      loop.eventLoop()
          .execute(
              () -> {
                task.accept(loop);
                promise.complete();
              });
      done.add(promise.future());
    }
    return Future.join(done).mapEmpty();
  }
}
