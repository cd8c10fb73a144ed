package io.hawser.balancer;

import io.hawser.balancer.plane.BalancerNode;
import io.hawser.balancer.plane.BalancerSettings;
import io.hawser.balancer.proxy.DataPlane;
import io.hawser.node.NodeSettings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the data plane, whose loops are its own, and stops it without failing a request. */
final class ProxyVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(ProxyVerticle.class);

  /** The shortest time for an accepted connection to be read from. */
  private static final long MIN_SETTLE_MS = 100;

  private static final long LOOK_MS = 20;
  private static final long REFRESH_MS = 5_000;

  private final BalancerNode node;
  private @Nullable DataPlane plane;

  ProxyVerticle(BalancerNode node) {
    this.node = node;
  }

  @Override
  public Future<?> start() {
    DataPlane started = new DataPlane(node);
    plane = started;
    return started
        .start()
        .onSuccess(
            port -> {
              log.info(
                  "proxy listens port={} loops={} transport={}",
                  port,
                  started.size(),
                  started.transport());
              long unusedRefresh = vertx.setPeriodic(REFRESH_MS, id -> refresh(started));
              node.listening(port, started.tlsPort());
              node.partReady();
            })
        .recover(e -> started.cut().transform(done -> Future.failedFuture(e)));
  }

  private void refresh(DataPlane of) {
    vertx
        .executeBlocking(
            () -> {
              of.refreshCertificates();
              return of.tlsPort();
            })
        .onFailure(e -> log.error("certificates not looked at cause={}", e.toString()));
  }

  @Override
  public Future<?> stop() {
    DataPlane stopping = plane;
    if (stopping == null) {
      return Future.succeededFuture();
    }
    node.context().readiness().waiting(BalancerNode.ROLE, "stopping");
    long settleMs = Math.max(MIN_SETTLE_MS, node.context().settings().get(NodeSettings.DRAIN_MS));
    return stopping
        .stopListening()
        .compose(v -> vertx.timer(settleMs))
        .compose(v -> stopping.closeIdle())
        .compose(v -> drained(stopping))
        .eventually(stopping::cut);
  }

  private Future<Void> drained(DataPlane stopping) {
    Promise<Void> done = Promise.promise();
    long endNs = node.context().time().nowNs() + BalancerSettings.DRAIN_MS * 1_000_000;
    long unused =
        vertx.setPeriodic(
            LOOK_MS,
            id -> {
              if (stopping.connections() == 0 || node.context().time().nowNs() - endNs > 0) {
                boolean cancelled = vertx.cancelTimer(id);
                boolean first = done.tryComplete();
                log.debug("drained cancelled={} first={}", cancelled, first);
              }
            });
    return done.future();
  }
}
