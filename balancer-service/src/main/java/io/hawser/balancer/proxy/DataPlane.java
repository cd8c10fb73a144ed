package io.hawser.balancer.proxy;

import io.hawser.balancer.plane.AccessLog;
import io.hawser.balancer.plane.BalancerNode;
import io.hawser.balancer.plane.BalancerSettings;
import io.hawser.balancer.plane.Certificates;
import io.hawser.balancer.plane.OriginContexts;
import io.hawser.balancer.plane.Transport;
import io.hawser.node.Meters;
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
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.util.Mapping;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The event loops of a node's data plane and their listeners: one for each loop where the kernel
 * can share a port between them, else one for all. Thread-safe.
 */
public final class DataPlane {
  private static final long QUIT_S = 5;

  /** What a client may say before it is known which certificate it wants. */
  private static final int MAX_CLIENT_HELLO_BYTES = 16_384;

  private final BalancerNode node;
  private final Transport transport;
  private final EventLoopGroup group;
  private final IdentityHashMap<EventLoop, Loop> loops = new IdentityHashMap<>();
  private final Optional<AccessLog> accessLog;
  private final Optional<Certificates> certificates;
  private final List<Channel> listeners = new ArrayList<>();
  private volatile int tlsPort;

  public DataPlane(BalancerNode node) {
    this.node = node;
    Settings settings = node.context().settings();
    this.transport = Transport.of(settings.get(BalancerSettings.TRANSPORT));
    String file = settings.get(BalancerSettings.ACCESS_LOG);
    this.accessLog = file.isEmpty() ? Optional.empty() : Optional.of(new AccessLog(Path.of(file)));
    String certificates = settings.get(BalancerSettings.TLS_DIRECTORY);
    this.certificates =
        certificates.isEmpty()
            ? Optional.empty()
            : Optional.of(new Certificates(Path.of(certificates)));
    OriginContexts origins = new OriginContexts(settings.get(BalancerSettings.ORIGIN_CA_FILE));
    int wanted = settings.get(BalancerSettings.LOOPS);
    int size = wanted == 0 ? Runtime.getRuntime().availableProcessors() : wanted;
    this.group =
        new MultiThreadIoEventLoopGroup(
            size, new DefaultThreadFactory("hawser-proxy", true), transport.io());
    for (EventExecutor executor : group) {
      EventLoop eventLoop = (EventLoop) executor;
      loops.put(eventLoop, new Loop(node, eventLoop, transport, origins, accessLog, size));
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
    node.context().meters().gauge(Meters.PROXY_CONNECTIONS, this::connections);
    node.loops().addAll(loops.values());
    Future<Integer> bound;
    try {
      bound = listen(host, port, false);
      if (certificates.isPresent()) {
        bound = withTls(bound, host, settings.get(BalancerSettings.TLS_PORT));
      }
    } catch (IOException e) {
      bound = Future.failedFuture(e);
    }
    return bound;
  }

  private Future<Integer> withTls(Future<Integer> plain, String host, int port) throws IOException {
    return plain.compose(
        at -> {
          try {
            return listen(host, port, true)
                .map(
                    tls -> {
                      tlsPort = tls;
                      return at;
                    });
          } catch (IOException e) {
            return Future.failedFuture(e);
          }
        });
  }

  private Future<Integer> listen(String host, int port, boolean tls) throws IOException {
    return transport.reusePort().isPresent()
        ? bindEach(host, port, tls)
        : bind(group, host, port, tls);
  }

  /** The port that takes TLS; 0 for none. */
  public int tlsPort() {
    return tlsPort;
  }

  /** Takes changed certificates in. Blocks on the disk. */
  public void refreshCertificates() {
    certificates.ifPresent(Certificates::refresh);
  }

  private Future<Integer> bindEach(String host, int port, boolean tls) throws IOException {
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
      bound = bound.compose(at -> bind(eventLoop, host, at, tls));
    }
    return bound;
  }

  private Future<Integer> bind(EventLoopGroup on, String host, int port, boolean tls) {
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
                    accept(channel, tls);
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

  private void accept(SocketChannel channel, boolean tls) {
    Loop loop = loops.get(channel.eventLoop());
    if (loop == null) {
      return;
    }
    if (tls && certificates.isPresent()) {
      Certificates known = certificates.get();
      SniHandler names =
          new SniHandler(
              (Mapping<String, SslContext>) known::of,
              MAX_CLIENT_HELLO_BYTES,
              TimeUnit.NANOSECONDS.toMillis(loop.limits().headNs()));
      channel.pipeline().addLast(names, new Front(loop, "https", names));
    } else {
      channel.pipeline().addLast(new Front(loop, "http", null));
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
              accessLog.ifPresent(AccessLog::close);
              return Future.succeededFuture();
            })
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
