package io.hawser.failover;

import io.hawser.bus.client.RegistryClient;
import io.hawser.catalog.Catalog;
import io.hawser.catalog.Refused;
import io.hawser.failover.core.Ask;
import io.hawser.failover.core.Effect;
import io.hawser.failover.core.History;
import io.hawser.failover.core.Leftovers;
import io.hawser.failover.core.Limits;
import io.hawser.failover.core.ServiceFailover;
import io.hawser.failover.core.Turn;
import io.hawser.failover.driver.Driver;
import io.hawser.model.Entry;
import io.hawser.model.Event;
import io.hawser.model.Facet;
import io.hawser.model.Facet.Incident;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.Outcome;
import io.hawser.service.ServiceContext;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.HashSet;
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
 * manager. Owned by one verticle, on whose context everything goes on, whichever thread a driver or
 * a peer answers on.
 *
 * <p>Unsafe under a partition: each side has a manager. Leases will decide that.
 */
final class FailoverManager {
  private static final Logger log = LoggerFactory.getLogger(FailoverManager.class);

  /**
   * How long a step waits for peers to hold its record; one that hangs must not hold up a failover.
   */
  private static final long REPLICATION_WAIT_MS = 500;

  /** A decision that could not be written for this long may be about a world that has changed. */
  private static final long MAX_DECISION_AGE_NS = TimeUnit.SECONDS.toNanos(2);

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
  private final Context context;
  private final Turn turn;
  private final Leftovers leftovers = new Leftovers();

  /** Steps whose record is being written: their events are told when the catalog here has it. */
  private final Map<FacetKey, Effect.Write> untold = new HashMap<>();

  private final Map<String, Lane> lanes = new HashMap<>();
  private volatile boolean stopped;

  /** To be called on the verticle's context. */
  FailoverManager(ServiceContext node, FailoverRecords records, Driver driver) {
    this.context = node.vertx().getOrCreateContext();
    this.node = node;
    this.records = records;
    this.driver = driver;
    this.registry = new RegistryClient(node.bus(), node.members(), node.catalog());
    this.meters = new FailoverMeters(node.meters());
    this.limits = FailoverSettings.limits(node.settings());
    this.turn =
        new Turn(
            node.settings().get(FailoverSettings.SETTLE_MS),
            node.settings().get(FailoverSettings.RECONCILE_MS));
  }

  /** Looks at every service. */
  void reconcileAll() {
    if (acting()) {
      records.services().forEach(this::reconcile);
      prune();
    }
  }

  /** Takes in what the catalog of this node has now. */
  void changed(List<Entry> entries) {
    for (Entry entry : entries) {
      Effect.Write write = untold.get(entry.key());
      if (write != null && entry.value().equals(Optional.of(write.next()))) {
        untold.remove(entry.key());
        tell(write);
      }
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
    here(Future.succeededFuture().compose(v -> run(service, lane, effects)))
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
    long nowNs = node.time().nowNs();
    switch (turn.look(lowest, nowNs)) {
      case BEGUN -> log.info("failover manager is this node");
      case HELD_UP -> log.warn("failover manager was held up, and waits for the catalog");
      case ENDED -> {
        log.info("failover manager stands back");
        lanes.clear();
      }
      case NONE -> {}
    }
    return turn.mayAct(nowNs);
  }

  /** The same end, on the verticle's context. */
  private <T> Future<T> here(Future<T> future) {
    Promise<T> promise = Promise.promise();
    future.onComplete(
        (value, failure) -> context.runOnContext(v -> promise.complete(value, failure)));
    return promise.future();
  }

  /** Makes the calls, and then the write. Succeeds with whether something was written. */
  private Future<Boolean> run(String service, Lane lane, List<Effect> effects) {
    Future<Boolean> wrote = Future.succeededFuture(false);
    for (Effect effect : effects) {
      switch (effect) {
        case Effect.Drive drive -> answer(service, lane, drive.ask(), () -> driver.run(drive));
        case Effect.Register register ->
            answer(
                service,
                lane,
                register.ask(),
                () -> registry.register(register.ask().instance(), register.registration(), false));
        case Effect.Write write -> wrote = write(service, write);
      }
    }
    return wrote;
  }

  private interface Call {
    Future<? extends Outcome<?>> make();
  }

  private void answer(String service, Lane lane, Ask ask, Call call) {
    here(made(ask, call))
        .onSuccess(
            outcome -> {
              log.info("driver answered call={} outcome={}", ask.idempotencyKey(), outcome);
              lane.core.answered(ask, outcome, node.time().nowNs());
              reconcile(service);
            })
        .onFailure(e -> log.error("answer lost call={}", ask.idempotencyKey(), e));
  }

  /** Whatever goes wrong in a call, its end is not known. */
  private static Future<Outcome<?>> made(Ask ask, Call call) {
    Future<? extends Outcome<?>> made;
    try {
      made = call.make();
    } catch (RuntimeException e) {
      log.error("driver failed call={}", ask.idempotencyKey(), e);
      made = Future.failedFuture(e);
    }
    return made.transform(
        result ->
            Future.succeededFuture(
                result.succeeded()
                    ? result.result()
                    : new Outcome.Unknown<>(String.valueOf(result.cause().getMessage()))));
  }

  private Future<Boolean> write(String service, Effect.Write write) {
    FacetKey key = new FacetKey(Kind.INCIDENT, service, write.id());
    long decidedNs = node.time().nowNs();
    untold.put(key, write);
    return here(node.catalog()
            .updateReplicated(catalog -> checked(catalog, key, write, decidedNs))
            .map(peers -> true)
            .timeout(REPLICATION_WAIT_MS, TimeUnit.MILLISECONDS)
            .recover(
                e ->
                    switch (e) {
                      case TimeoutException ignored -> Future.succeededFuture(true);
                      case Refused refused -> refused(write, refused);
                      default -> Future.failedFuture(e);
                    }))
        .onComplete(
            wrote -> {
              if (!Boolean.TRUE.equals(wrote.result())) {
                untold.remove(key, write);
              }
            });
  }

  private static Future<Boolean> refused(Effect.Write write, Refused refused) {
    log.info("failover step left incident={} why={}", write.id(), refused.getMessage());
    return Future.succeededFuture(false);
  }

  /** Runs on the catalog's context. */
  private Map<FacetKey, Optional<Facet>> checked(
      Catalog catalog, FacetKey key, Effect.Write write, long decidedNs) {
    if (stopped || !node.members().lowestWith(FailoverModule.ROLE)) {
      throw new Refused("not-manager", "another node is the manager now");
    }
    if (node.time().nowNs() - decidedNs > MAX_DECISION_AGE_NS) {
      throw new Refused("held-up", "this node was held up between the decision and the write");
    }
    if (!catalog.get(key, Incident.class).equals(write.expected())) {
      throw new Refused("incident-changed", "the record is no longer what the step started from");
    }
    Map<FacetKey, Optional<Facet>> entries = new HashMap<>();
    entries.put(key, Optional.of(write.next()));
    write
        .roles()
        .forEach(
            (id, role) -> entries.put(new FacetKey(Kind.ROLE, key.scope(), id), Optional.of(role)));
    return entries;
  }

  private void tell(Effect.Write write) {
    for (Event.Body body : write.events()) {
      log.info("failover incident={} {}", write.id(), body);
      meters.count(body);
      node.events().publish(body);
    }
  }

  private void prune() {
    List<FacetKey> surplus = History.surplus(records.incidents(), records::stillDown);
    List<FacetKey> left =
        leftovers.due(
            records.unowned(new HashSet<>(node.members().liveWith(FailoverModule.ROLE))),
            node.time().nowNs());
    Map<FacetKey, Optional<Facet>> deletions = new HashMap<>();
    surplus.forEach(key -> deletions.put(key, Optional.empty()));
    left.forEach(key -> deletions.put(key, Optional.empty()));
    if (!deletions.isEmpty()) {
      node.catalog()
          .update(catalog -> deletions)
          .onFailure(e -> log.warn("old records were not deleted", e));
    }
  }
}
