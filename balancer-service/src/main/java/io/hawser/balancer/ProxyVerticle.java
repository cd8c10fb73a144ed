package io.hawser.balancer;

import io.hawser.node.NodeSettings;
import io.hawser.node.Settings;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One event loop's share of the traffic: a listener on the common port, and a client of its own,
 * whose connections are all on this loop.
 */
final class ProxyVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(ProxyVerticle.class);
  private static final long EXPIRE_MS = 50;

  private final BalancerNode node;
  private @Nullable HttpServer server;
  private @Nullable Loop loop;

  ProxyVerticle(BalancerNode node) {
    this.node = node;
  }

  @Override
  public Future<?> start() {
    Settings settings = node.context().settings();
    // Nothing may be cut off as idle before its own time-out has had its say.
    int idleS =
        (int)
            Math.max(
                BalancerSettings.IDLE_TIMEOUT_S,
                settings.get(BalancerSettings.RESPONSE_TIMEOUT_MS) / 1_000 + 5);
    HttpClientAgent client =
        vertx.createHttpClient(
            clientOptions(idleS), poolOptions(BalancerSettings.CONNECTIONS_PER_INSTANCE));
    HttpClientAgent freshClient =
        vertx.createHttpClient(
            clientOptions(idleS).setKeepAlive(false),
            poolOptions(BalancerSettings.FRESH_CONNECTIONS_PER_INSTANCE));
    // To Vert.x 0 is a port for each instance, -1 one for all of them.
    int port =
        settings.get(NodeSettings.TRAFFIC_PORT) == 0 ? -1 : settings.get(NodeSettings.TRAFFIC_PORT);
    Loop started = new Loop(node, context, client, freshClient);
    HttpServer listening = vertx.createHttpServer(serverOptions(idleS));
    loop = started;
    server = listening;
    long unused = vertx.setPeriodic(EXPIRE_MS, id -> started.expire());
    return listening
        .requestHandler(request -> handle(started, request))
        .invalidRequestHandler(ProxyVerticle::refuse)
        .connectionHandler(
            connection -> {
              node.listener().connected(connection);
              started.connected(connection);
            })
        .exceptionHandler(Exchange::ignored)
        .listen(port, settings.get(NodeSettings.BIND_HOST))
        .onSuccess(
            bound -> {
              node.loops().add(started);
              node.listening(bound.actualPort());
              node.partReady();
            });
  }

  @Override
  public Future<?> stop() {
    if (server == null || loop == null) {
      return Future.succeededFuture();
    }
    node.context().readiness().waiting(BalancerModule.ROLE, "stopping");
    loop.drain();
    node.loops().remove(loop);
    Loop stopping = loop;
    return node.listener()
        .stop(
            vertx,
            server,
            node.context().settings().get(NodeSettings.DRAIN_MS),
            BalancerSettings.DRAIN_MS)
        .eventually(() -> Future.join(stopping.client().close(), stopping.freshClient().close()));
  }

  private static void handle(Loop loop, HttpServerRequest request) {
    Exchange exchange = new Exchange(loop, request);
    try {
      exchange.start();
    } catch (RuntimeException e) {
      log.error("request failed by a defect method={} uri={}", request.method(), request.uri(), e);
      exchange.refuse(new Problem(500, "internal-error", "the balancer failed; its log says how"));
    }
  }

  private static void refuse(HttpServerRequest request) {
    Problem problem = RequestRules.unreadable(request.decoderResult().cause());
    var body = problem.head(request.response());
    request
        .response()
        .putHeader("Connection", "close")
        .end(body)
        .onComplete(sent -> request.connection().close().onFailure(Exchange::ignored));
  }

  private static HttpServerOptions serverOptions(int idleS) {
    return new HttpServerOptions()
        .setIdleTimeout(idleS)
        .setIdleTimeoutUnit(TimeUnit.SECONDS)
        .setMaxHeaderSize(BalancerSettings.MAX_HEADER_BYTES)
        .setMaxInitialLineLength(BalancerSettings.MAX_INITIAL_LINE_BYTES)
        .setAcceptBacklog(BalancerSettings.ACCEPT_BACKLOG)
        .setHandle100ContinueAutomatically(false)
        .setHttp2ClearTextEnabled(false)
        .setCompressionSupported(false)
        .setDecompressionSupported(false);
  }

  private static HttpClientOptions clientOptions(int idleS) {
    return new HttpClientOptions()
        .setConnectTimeout(BalancerSettings.CONNECT_TIMEOUT_MS)
        .setIdleTimeout(idleS)
        .setIdleTimeoutUnit(TimeUnit.SECONDS)
        .setKeepAlive(true)
        .setKeepAliveTimeout(BalancerSettings.KEEP_ALIVE_S)
        .setPipelining(false)
        .setMaxHeaderSize(BalancerSettings.MAX_HEADER_BYTES)
        .setMaxInitialLineLength(BalancerSettings.MAX_INITIAL_LINE_BYTES)
        .setDecompressionSupported(false);
  }

  private static PoolOptions poolOptions(int connections) {
    return new PoolOptions()
        .setHttp1MaxSize(connections)
        .setMaxWaitQueueSize(BalancerSettings.WAITING_PER_INSTANCE);
  }
}
