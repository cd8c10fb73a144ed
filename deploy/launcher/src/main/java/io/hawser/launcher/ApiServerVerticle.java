package io.hawser.launcher;

import io.hawser.bus.Addresses;
import io.hawser.model.NodeMessage.NodeStatus;
import io.hawser.model.NodeMessage.StatusQuery;
import io.hawser.node.NodeSettings;
import io.hawser.service.Listener;
import io.hawser.service.ServiceContext;
import io.hawser.service.ServiceModule;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP server that every node has, whatever its roles: metrics, health, and what the modules
 * mount. One event loop. Health never waits for other nodes.
 */
final class ApiServerVerticle extends VerticleBase {
  private static final int MAX_HEADER_BYTES = 16 * 1024;
  private static final int MAX_LINE_BYTES = 8 * 1024;
  private static final int IDLE_SECONDS = 75;
  private static final Duration DRAIN = Duration.ofSeconds(10);

  private final ServiceContext services;
  private final List<ServiceModule> modules;
  private final PrometheusMeterRegistry meters;
  private final long startedAtMs;
  private final Listener listener = new Listener();
  private @Nullable HttpServer server;

  ApiServerVerticle(
      ServiceContext services,
      List<ServiceModule> modules,
      PrometheusMeterRegistry meters,
      long startedAtMs) {
    this.services = services;
    this.modules = modules;
    this.meters = meters;
    this.startedAtMs = startedAtMs;
  }

  @Override
  public Future<?> start() {
    Router router = Router.router(vertx);
    HttpProblem.answerFailuresOf(router);
    router.route().handler(this::sendElsewhere);
    router.route().handler(new HostCheck(services.settings().get(HostCheck.ALLOWED_HOSTS)));
    router.get("/metrics").handler(this::metrics);
    router.get("/health/live").handler(request -> health(request, true));
    router
        .get("/health/ready")
        .handler(request -> health(request, services.readiness().allReady()));
    router.get("/health/cluster").handler(this::clusterHealth);
    modules.forEach(module -> module.mount(router, services));
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(services.settings().get(NodeSettings.BIND_HOST))
            .setPort(services.settings().get(NodeSettings.API_PORT))
            .setMaxHeaderSize(MAX_HEADER_BYTES)
            .setMaxInitialLineLength(MAX_LINE_BYTES)
            .setIdleTimeout(IDLE_SECONDS)
            .setIdleTimeoutUnit(TimeUnit.SECONDS)
            // Nothing here is a WebSocket; what would prepare for one looks at every request.
            .setPerFrameWebSocketCompressionSupported(false)
            .setPerMessageWebSocketCompressionSupported(false)
            // A client that offers an upgrade to HTTP/2, as Java's does, is answered in HTTP/1.1.
            .setHttp2ClearTextEnabled(false);
    HttpServer created =
        vertx
            .createHttpServer(options)
            .requestHandler(router)
            .invalidRequestHandler(HttpProblem::answerInvalid)
            .connectionHandler(listener::connected);
    server = created;
    return services
        .bus()
        .serve(Addresses.NODE_STATUS, services.members().self().id(), this::status)
        .compose(served -> created.listen());
  }

  @Override
  public Future<?> stop() {
    HttpServer running = server;
    return running == null
        ? Future.succeededFuture()
        : listener.stop(
            vertx, running, services.settings().get(NodeSettings.DRAIN_MS), DRAIN.toMillis());
  }

  /** While the node is about to stop, each answer is the last one of its connection. */
  private void sendElsewhere(RoutingContext request) {
    if (services.readiness().draining()) {
      request.response().putHeader("Connection", "close");
    }
    request.next();
  }

  private void metrics(RoutingContext request) {
    String accept = request.request().getHeader("Accept");
    boolean openMetrics = accept != null && accept.contains("application/openmetrics-text");
    String type =
        openMetrics
            ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
            : "text/plain; version=0.0.4; charset=utf-8";
    request.response().putHeader("Content-Type", type);
    request.response().end(meters.scrape(type)).onFailure(request::fail);
  }

  private void health(RoutingContext request, boolean well) {
    JsonObject roles = new JsonObject();
    new TreeMap<>(services.readiness().roles()).forEach(roles::put);
    JsonObject body =
        new JsonObject()
            .put("status", well ? "up" : "waiting")
            .put("node", services.members().self().id().value())
            .put("roles", roles);
    answer(request, well ? 200 : 503, body);
  }

  private void clusterHealth(RoutingContext request) {
    JsonObject nodes = new JsonObject();
    services.members().live().forEach(n -> nodes.put(n.id().value(), String.join(",", n.roles())));
    JsonObject body =
        new JsonObject()
            .put("status", "up")
            .put("node", services.members().self().id().value())
            .put("nodes", nodes);
    answer(request, 200, body);
  }

  private static void answer(RoutingContext request, int status, JsonObject body) {
    request
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", "application/json")
        .putHeader("Cache-Control", "no-store")
        .end(body.toBuffer())
        .onFailure(request::fail);
  }

  private Future<NodeStatus> status(StatusQuery query) {
    return Future.succeededFuture(
        new NodeStatus(
            services.members().self().id(),
            ProcessHandle.current().pid(),
            startedAtMs,
            services.readiness().roles()));
  }
}
