package io.hawser.failover;

import io.hawser.bus.client.RegistryClient;
import io.hawser.catalog.Catalog;
import io.hawser.catalog.Refused;
import io.hawser.failover.core.Ask;
import io.hawser.failover.core.Effect;
import io.hawser.failover.core.History;
import io.hawser.failover.core.Limits;
import io.hawser.failover.core.ServiceFailover;
import io.hawser.failover.driver.Driver;
import io.hawser.model.Event;
import io.hawser.model.Facet;
import io.hawser.model.Facet.Incident;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.Outcome;
import io.hawser.service.ServiceContext;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the decisions on every service while this node is the manager: the lowest live node with the
 * role. Each write is checked against what the decision was based on, and again against who is the
 * manager. Owned by one verticle.
 *
 * <p>Unsafe under a partition: each side has a manager. Leases will decide that.
 */
final class FailoverManager {
  private static final Logger log = LoggerFactory.getLogger(FailoverManager.class);

  /**
   * How long a step waits for peers to hold its record; one that hangs must not hold up a failover.
   */
  private static final long REPLICATION_WAIT_MS = 500;

  /** A service, and whether its effects are being run. */
  private static final class Lane {
    final ServiceFailover core;
    boolean busy;
    boolean again;

    Lane(Limits limits) {
      core = new ServiceFailover(limits);
    }
  }

  private final ServiceContext node;
  private final FailoverRecords records;
  private final Driver driver;
  private final RegistryClient registry;
  private final FailoverMeters meters;
  private final Limits limits;
  private final long settleMs;
  private final Map<String, Lane> lanes = new HashMap<>();
  private volatile boolean stopped;
  private Optional<Long> managerSinceNs = Optional.empty();

  FailoverManager(ServiceContext node, FailoverRecords records, Driver driver) {
    this.node = node;
    this.records = records;
    this.driver = driver;
    this.registry = new RegistryClient(node.bus(), node.members(), node.catalog());
    this.meters = new FailoverMeters(node.meters());
    this.limits = FailoverSettings.limits(node.settings());
    this.settleMs = node.settings().get(FailoverSettings.SETTLE_MS);
  }

  /** Looks at every service. */
  void reconcileAll() {
    if (acting()) {
      records.services().forEach(this::reconcile);
      pruneHistory();
    }
  }

  /** Looks at one service, now or as soon as what is being done for it is done. */
  void reconcile(String service) {
    if (!acting()) {
      return;
    }
    Lane lane = lanes.computeIfAbsent(service, s -> new Lane(limits));
    if (lane.busy) {
      lane.again = true;
      return;
    }
    List<Effect> effects = decide(service, lane);
    if (effects.isEmpty()) {
      return;
    }
    lane.busy = true;
    run(service, lane, effects)
        .onComplete(
            wrote -> {
              lane.busy = false;
              boolean again = lane.again || Boolean.TRUE.equals(wrote.result());
              lane.again = false;
              if (wrote.failed()) {
                log.error("failover step failed service={}", service, wrote.cause());
              } else if (again) {
                reconcile(service);
              }
            });
  }

  /** What goes wrong with one service must not keep the others from being looked at. */
  private List<Effect> decide(String service, Lane lane) {
    try {
      return lane.core.decide(records.snapshot(service), node.time().nowNs(), node.time().wallMs());
    } catch (RuntimeException e) {
      log.error("failover of a service cannot be decided service={}", service, e);
      return List.of();
    }
  }

  /** Begins nothing more. */
  void stop() {
    stopped = true;
  }

  private boolean acting() {
    boolean lowest = !stopped && node.members().lowestWith(FailoverModule.ROLE);
    if (!lowest) {
      if (managerSinceNs.isPresent()) {
        log.info("failover manager stands back");
        managerSinceNs = Optional.empty();
        lanes.clear();
      }
      return false;
    }
    long nowNs = node.time().nowNs();
    if (managerSinceNs.isEmpty()) {
      log.info("failover manager is this node");
      managerSinceNs = Optional.of(nowNs);
    }
    return nowNs - managerSinceNs.get() >= TimeUnit.MILLISECONDS.toNanos(settleMs);
  }

  /** Makes the calls, and then the write. Succeeds with whether something was written. */
  private Future<Boolean> run(String service, Lane lane, List<Effect> effects) {
    Future<Boolean> wrote = Future.succeededFuture(false);
    for (Effect effect : effects) {
      switch (effect) {
        case Effect.Drive drive -> answer(service, lane, drive.ask(), driver.run(drive));
        case Effect.Register register ->
            answer(
                service,
                lane,
                register.ask(),
                registry.register(register.ask().instance(), register.registration(), false));
        case Effect.Write write -> wrote = write(service, write);
      }
    }
    return wrote;
  }

  private void answer(String service, Lane lane, Ask ask, Future<? extends Outcome<?>> call) {
    call.onComplete(
        result -> {
          Outcome<?> outcome =
              result.succeeded()
                  ? result.result()
                  : new Outcome.Unknown<>(String.valueOf(result.cause().getMessage()));
          log.info("driver answered call={} outcome={}", ask.idempotencyKey(), outcome);
          lane.core.answered(ask, outcome, node.time().nowNs());
          reconcile(service);
        });
  }

  private Future<Boolean> write(String service, Effect.Write write) {
    return node.catalog()
        .updateReplicated(catalog -> checked(catalog, service, write))
        .map(peers -> true)
        .timeout(REPLICATION_WAIT_MS, TimeUnit.MILLISECONDS)
        .recover(
            e ->
                switch (e) {
                  case TimeoutException ignored -> Future.succeededFuture(true);
                  case Refused refused -> refused(write, refused);
                  default -> Future.failedFuture(e);
                })
        .onSuccess(
            wrote -> {
              if (wrote) {
                tell(write);
              }
            });
  }

  private static Future<Boolean> refused(Effect.Write write, Refused refused) {
    log.info("failover step left incident={} why={}", write.id(), refused.getMessage());
    return Future.succeededFuture(false);
  }

  private Map<FacetKey, Optional<Facet>> checked(
      Catalog catalog, String service, Effect.Write write) {
    FacetKey key = new FacetKey(Kind.INCIDENT, service, write.id());
    if (stopped || !node.members().lowestWith(FailoverModule.ROLE)) {
      throw new Refused("not-manager", "another node is the manager now");
    }
    if (!catalog.get(key, Incident.class).equals(write.expected())) {
      throw new Refused("incident-changed", "the record is no longer what the step started from");
    }
    Map<FacetKey, Optional<Facet>> entries = new HashMap<>();
    entries.put(key, Optional.of(write.next()));
    write
        .roles()
        .forEach(
            (id, role) -> entries.put(new FacetKey(Kind.ROLE, service, id), Optional.of(role)));
    return entries;
  }

  private void tell(Effect.Write write) {
    for (Event.Body body : write.events()) {
      log.info("failover incident={} {}", write.id(), body);
      meters.count(body);
      node.events().publish(body);
    }
  }

  private void pruneHistory() {
    List<FacetKey> surplus = History.surplus(records.incidents());
    if (!surplus.isEmpty()) {
      Map<FacetKey, Optional<Facet>> deletions = new HashMap<>();
      surplus.forEach(key -> deletions.put(key, Optional.empty()));
      node.catalog()
          .update(catalog -> deletions)
          .onFailure(e -> log.warn("old incidents were not deleted", e));
    }
  }
}
