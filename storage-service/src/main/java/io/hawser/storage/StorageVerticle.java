package io.hawser.storage;

import io.hawser.bus.Addresses;
import io.hawser.bus.WireFormat;
import io.hawser.catalog.Refused;
import io.hawser.model.NodeId;
import io.hawser.model.RosterMessage;
import io.hawser.model.RosterMessage.AskRoster;
import io.hawser.model.RosterMessage.Meet;
import io.hawser.model.RosterMessage.Order;
import io.hawser.model.RosterMessage.Ordered;
import io.hawser.model.RosterMessage.Roster;
import io.hawser.model.RosterMessage.RosterTold;
import io.hawser.model.StorageMessage;
import io.hawser.model.StorageMessage.Reply;
import io.hawser.service.ServiceContext;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects this node's part of the store to the bus, to time and to the other storage nodes. It is
 * ready when its replicas are open, whether or not their groups have a quorum: an orchestrator must
 * not take nodes away just when they are missed.
 */
final class StorageVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(StorageVerticle.class);

  /** Leases and keys end this much later than they might, at most. */
  private static final long TICK_MS = 10;

  private static final long CARE_MS = 200;
  private static final long DISK_MS = 1_000;
  private static final long ATTACHED_MS = 2_000;

  private final ServiceContext node;
  private final EngineMaker engines;
  private @Nullable StorageNodeParts parts;

  StorageVerticle(ServiceContext node, EngineMaker engines) {
    this.node = node;
    this.engines = engines;
  }

  @Override
  public Future<?> start() {
    WireFormat format = new WireFormat(List.of());
    return vertx
        .executeBlocking(() -> StorageNodeParts.open(node, engines, context, format))
        .compose(this::serve);
  }

  private Future<?> serve(StorageNodeParts opened) {
    parts = opened;
    NodeId self = node.members().self().id();
    Future<?> subscribed =
        Future.all(
            node.bus().serve(Addresses.STORAGE, self, request -> answer(opened, request)),
            node.bus().serve(Addresses.STORAGE_ROSTER, self, request -> roster(opened, request)));
    return subscribed.onSuccess(v -> begin(opened));
  }

  private void begin(StorageNodeParts opened) {
    Future<Void> unused =
        opened
            .begin()
            .onSuccess(v -> run(opened))
            .onFailure(
                e -> {
                  log.error("storage does not start node={}", node.members().self().id(), e);
                  node.readiness().waiting(StorageModule.ROLE, String.valueOf(e.getMessage()));
                });
  }

  private void run(StorageNodeParts opened) {
    node.readiness().ready(StorageModule.ROLE);
    every(node.settings().get(StorageSettings.EXCHANGE_MS), opened::exchange);
    every(TICK_MS, () -> opened.tick(node.time().nowNs()));
    every(CARE_MS, opened::care);
    every(DISK_MS, () -> opened.lookAtDisk(node.time().nowNs()));
    every(ATTACHED_MS, opened::lookAtLeases);
  }

  private void every(long ms, Runnable what) {
    long unused = vertx.setPeriodic(ms, timer -> what.run());
  }

  private static Future<Reply> answer(StorageNodeParts opened, StorageMessage request) {
    return opened.answer(request).map(Reply::new);
  }

  private static Future<RosterMessage> roster(StorageNodeParts opened, RosterMessage request) {
    return switch (request) {
      case Meet meet -> Future.succeededFuture(opened.neighbours().met(meet));
      case AskRoster ask ->
          Future.succeededFuture(
              new RosterTold(opened.book().current().filter(r -> r.epoch() > ask.haveEpoch())));
      case Order order ->
          opened
              .orders()
              .carryOut(order)
              .map(refusal -> new Ordered(refusal.orElse(""), opened.neighbours().own()));
      case Roster ignored -> refused(request);
      case RosterMessage.Presence ignored -> refused(request);
      case RosterMessage.Met ignored -> refused(request);
      case RosterTold ignored -> refused(request);
      case Ordered ignored -> refused(request);
    };
  }

  private static Future<RosterMessage> refused(RosterMessage request) {
    return Future.failedFuture(
        new Refused("unknown-request", request.getClass().getSimpleName() + " is no request"));
  }

  @Override
  public Future<?> stop() {
    return parts == null ? Future.succeededFuture() : parts.stop(TimeUnit.SECONDS.toNanos(2));
  }
}
