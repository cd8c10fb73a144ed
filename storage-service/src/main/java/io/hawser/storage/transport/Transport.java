package io.hawser.storage.transport;

import com.alipay.sofa.jraft.ReplicatorGroup;
import com.alipay.sofa.jraft.rpc.RpcProcessor;
import com.google.protobuf.Message;
import io.hawser.model.NodeId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.net.ConnectException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's end of the connections between replicas: one server, and a {@link Link} to each node
 * that a group speaks to. Thread-safe. Two event loops: one for links, one for the server.
 */
public final class Transport {
  private static final Logger log = LoggerFactory.getLogger(Transport.class);
  private static final long SWEEP_MS = 50;
  private static final int CONNECT_MS = 300;

  private record LinkKey(NodeId peer, Greeting.Channel channel) {}

  private final Vertx vertx;
  private final TransportConfig config;
  private final Context links;
  private final Context inbound;
  private final NetClient client;
  private final NetServer server;
  private final ThreadPoolExecutor workers;
  private final Map<LinkKey, Link> open = new ConcurrentHashMap<>();
  private final Arrivals arrivals = new Arrivals();
  private final Set<Inbound> inbounds = ConcurrentHashMap.newKeySet();
  private final Processors processors;
  private final List<ReplicatorGroup> groups = new CopyOnWriteArrayList<>();
  private final List<Consumer<NodeId>> lostListeners = new CopyOnWriteArrayList<>();
  private volatile boolean closed;
  private volatile long sweeper = -1;

  private Transport(Vertx vertx, TransportConfig config, Processors processors) {
    this.processors = processors;
    this.vertx = vertx;
    this.config = config;
    this.links = ((VertxInternal) vertx).createEventLoopContext();
    this.inbound = ((VertxInternal) vertx).createEventLoopContext();
    NetClientOptions out = new NetClientOptions().setConnectTimeout(CONNECT_MS).setTcpNoDelay(true);
    NetServerOptions in = new NetServerOptions().setTcpNoDelay(true);
    config.tls().ifPresent(tls -> tls.applyTo(out));
    config.tls().ifPresent(tls -> tls.applyTo(in));
    this.client = vertx.createNetClient(out);
    this.server = vertx.createNetServer(in);
    this.workers = Workers.of("hawser-log-" + config.self());
  }

  /**
   * Makes a transport and listens.
   *
   * @param processors what answers other nodes' requests
   */
  public static Future<Transport> open(
      Vertx vertx, TransportConfig config, List<RpcProcessor<?>> processors) {
    return new Transport(vertx, config, new Processors(processors)).listen();
  }

  /** Loads the classes of the messages, which takes long the first time. */
  public static void prepare() {
    WireMessage unused = WireMessage.PING;
  }

  private Future<Transport> listen() {
    server.connectHandler(this::accept);
    Promise<Transport> listening = Promise.promise();
    inbound.runOnContext(
        none ->
            server.listen(config.port(), config.host()).<Transport>map(this).onComplete(listening));
    return listening
        .future()
        .onSuccess(up -> links.runOnContext(none -> startSweeping()))
        .recover(
            e ->
                client
                    .close()
                    .transform(
                        done -> {
                          workers.shutdown();
                          return Future.failedFuture(e);
                        }));
  }

  private void startSweeping() {
    sweeper =
        vertx.setPeriodic(
            SWEEP_MS,
            none -> {
              long nowNs = System.nanoTime();
              open.values().forEach(link -> link.sweep(nowNs));
              open.values().removeIf(link -> link.abandoned(nowNs));
            });
  }

  private void accept(NetSocket socket) {
    if (closed) {
      socket.close();
      return;
    }
    Inbound connection = new Inbound(this, inbound, socket);
    inbounds.add(connection);
    connection.start();
  }

  /** The port that is listened on. */
  public int port() {
    return server.actualPort();
  }

  public NodeId self() {
    return config.self();
  }

  /** Threads for what may block a little: answers without a thread of their own, votes. */
  public ExecutorService workers() {
    return workers;
  }

  /** Calls the consumer, on a worker, when a node's log connection to this one has closed. */
  public void onLost(Consumer<NodeId> listener) {
    lostListeners.add(listener);
  }

  /**
   * Whether nobody listens any more where a node was: its process is gone. False when it answers,
   * and also when nothing comes back, since then it may only be cut off or slow.
   */
  public Future<Boolean> refuses(NodeId peer) {
    Optional<SocketAddress> address = address(peer);
    if (address.isEmpty()) {
      return Future.succeededFuture(false);
    }
    return connect(address.get())
        .map(
            socket -> {
              socket.close();
              return false;
            })
        .otherwise(Transport::refused);
  }

  private static boolean refused(Throwable failure) {
    String text = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    return failure instanceof ConnectException && text.contains("refused");
  }

  /** Connects to a node, unless it is connected. Does not wait. */
  public void warm(NodeId peer) {
    if (!closed && !peer.equals(self())) {
      boolean unused = link(peer, Greeting.Channel.LOG).usable();
    }
  }

  Link link(NodeId peer, Greeting.Channel channel) {
    return open.computeIfAbsent(new LinkKey(peer, channel), key -> new Link(this, peer, channel));
  }

  Vertx vertx() {
    return vertx;
  }

  Context context() {
    return links;
  }

  Optional<SocketAddress> address(NodeId peer) {
    try {
      return config.addresses().apply(peer);
    } catch (RuntimeException e) {
      log.debug("the address is not known node={} peer={}", self(), peer, e);
      return Optional.empty();
    }
  }

  Future<NetSocket> connect(SocketAddress address) {
    Promise<NetSocket> connected = Promise.promise();
    links.runOnContext(
        none -> {
          try {
            client.connect(address).onComplete(connected);
          } catch (RuntimeException e) {
            connected.tryFail(e);
          }
        });
    return connected.future();
  }

  Greeting greeting(NodeId peer, Greeting.Channel channel) {
    return new Greeting(config.cluster().get(), self(), peer, channel);
  }

  Optional<String> refusal(Greeting greeting) {
    return greeting.refusal(self(), config.cluster().get());
  }

  @Nullable RpcProcessor<Message> processor(WireMessage type) {
    return processors.of(type);
  }

  /** A group's replicators want to know when a peer can be reached again. */
  void add(ReplicatorGroup group) {
    groups.add(group);
  }

  void remove(ReplicatorGroup group) {
    groups.remove(group);
  }

  void connected(NodeId peer, Greeting.Channel channel) {
    if (channel == Greeting.Channel.LOG) {
      onWorker(() -> groups.forEach(group -> group.checkReplicator(Peers.peer(peer), true)));
    }
  }

  /**
   * Closes what other nodes have opened, so that they open it anew. For when a group has closed
   * here: answers are given in their order, and wait for ever for one that the group has not given.
   */
  public void dropArrivals() {
    arrivals.close();
  }

  Arrivals arrivals() {
    return arrivals;
  }

  void left(Inbound connection, boolean lost) {
    inbounds.remove(connection);
    arrivals.left(connection);
    connection
        .greeting()
        .filter(g -> lost && !closed && g.channel() == Greeting.Channel.LOG)
        .ifPresent(g -> onWorker(() -> lostListeners.forEach(l -> l.accept(g.from()))));
  }

  private void onWorker(Runnable task) {
    try {
      workers.execute(task);
    } catch (RejectedExecutionException e) {
      log.debug("task dropped node={}", self(), e);
    }
  }

  /** Closes all connections and stops listening. Calls that wait are answered with a failure. */
  public Future<Void> close() {
    closed = true;
    vertx.cancelTimer(sweeper);
    links.runOnContext(none -> open.values().forEach(Link::close));
    return server
        .close()
        .eventually(
            () -> {
              inbounds.forEach(Inbound::close);
              return client.close();
            })
        .onComplete(done -> workers.shutdown());
  }
}
