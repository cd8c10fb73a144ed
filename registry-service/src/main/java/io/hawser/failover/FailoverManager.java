package io.hawser.failover;

import io.hawser.failover.Execution.Prepared;
import io.hawser.failover.core.Book;
import io.hawser.failover.core.Effect;
import io.hawser.failover.core.Limits;
import io.hawser.failover.core.Snapshot;
import io.hawser.failover.core.Surroundings;
import io.hawser.model.Outcome;
import io.hawser.service.ServiceContext;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has each service decided on and what was decided carried out, one thing of a service after the
 * other, while this node holds the lease of the manager. Each write is checked by the store against
 * what the decision was based on, and against the lease's epoch, so that what a manager writes that
 * was followed by another one is refused. Owned by one verticle, on whose context everything goes
 * on.
 */
final class FailoverManager {
  private static final Logger log = LoggerFactory.getLogger(FailoverManager.class);
  private static final long MINUTE_MS = 60_000;

  /** For as many of the lease's lengths a manager may be unable to read before another may try. */
  private static final long LEASES = 3;

  /** How often everything is read again beside what goes on. */
  private static final long REFRESH_NS = TimeUnit.SECONDS.toNanos(10);

  private final ServiceContext node;
  private final FailoverRecords records;
  private final Commits commits;
  private final Execution execution;
  private final ManagerStore store;
  private final FailoverMeters meters;
  private final Limits limits;
  private final long patienceNs;
  private final Wave wave;
  private final Sweep sweep;
  private final Rounds rounds = new Rounds();
  private final Map<String, Lane> lanes = new HashMap<>();

  /** Since when this node has the lease and could not read what it would act on. */
  private OptionalLong blindSinceNs = OptionalLong.empty();

  private volatile boolean stopped;
  private long refreshedNs;

  /**
   * To be called on the verticle's context.
   *
   * @param store under whose lease it acts
   */
  FailoverManager(
      ServiceContext node,
      FailoverRecords records,
      Commits commits,
      Calls calls,
      ManagerStore store) {
    this.node = node;
    this.records = records;
    this.commits = commits;
    this.store = store;
    this.patienceNs =
        LEASES * TimeUnit.MILLISECONDS.toNanos(node.settings().get(FailoverSettings.LEASE_MS));
    this.meters = new FailoverMeters(node.meters());
    this.execution = new Execution(node, records, commits, calls, meters);
    this.limits = FailoverSettings.limits(node.settings());
    this.wave = new Wave(node.catalog());
    this.sweep = new Sweep(node, records, commits);
    this.refreshedNs = node.time().nowNs();
  }

  /** The lease began or ended: what was in the way of the one before is forgotten. */
  void turned() {
    lanes.values().forEach(lane -> lane.orders.forEach(o -> o.done().complete(notManager())));
    lanes.clear();
    blindSinceNs = OptionalLong.empty();
    rounds.restart();
    commits.doubt();
    tick();
  }

  /** Looks at each service in which something may be due, and at some of the others. */
  void tick() {
    OptionalLong term = acting();
    if (term.isPresent()) {
      Set<String> due = rounds.due(this::services);
      due.addAll(records.recorded());
      wave.look(due, node.time().nowNs(), node.time().wallMs());
      refresh(term.getAsLong());
      due.forEach(this::reconcile);
      sweep.run(term.getAsLong());
      meters
          .acting(term.getAsLong(), records, node.time().wallMs())
          .forEach(alarm -> execution.tell("", alarm));
    } else if (stopped || store.epoch().isEmpty()) {
      // Who holds the lease and reads again acts in a moment, on what it has told already.
      meters.standsBy();
    }
  }

  private Set<String> services() {
    Set<String> all = records.services();
    all.addAll(wave.services());
    return all;
  }

  /** Looks at these services, after a look at how much of them fell at once. */
  void changed(Set<String> services) {
    long nowNs = node.time().nowNs();
    services.forEach(service -> wave.look(service, nowNs));
    services.forEach(this::reconcile);
  }

  /** What was given up as unknown may have arrived since: it is found by reading again. */
  private void refresh(long term) {
    long nowNs = node.time().nowNs();
    if (nowNs - refreshedNs < REFRESH_NS) {
      return;
    }
    refreshedNs = nowNs;
    execution
        .here(commits.refresh(term))
        .onFailure(e -> log.warn("failover records not read again", e));
  }

  /** Looks at one service, now or as soon as what is being done for it is done. */
  void reconcile(String service) {
    OptionalLong term = acting();
    if (term.isEmpty()) {
      rounds.restart();
      return;
    }
    Lane lane = lanes.computeIfAbsent(service, s -> new Lane(limits));
    if (lane.busy) {
      lane.again = true;
      return;
    }
    Optional<Supplier<Future<Boolean>>> next = next(service, lane, term.getAsLong());
    if (next.isEmpty()) {
      return;
    }
    lane.busy = true;
    execution
        .here(Future.succeededFuture().compose(v -> next.get().get()))
        .onComplete(
            wrote -> {
              lane.busy = false;
              boolean again = lane.again || Boolean.TRUE.equals(wrote.result());
              lane.again = false;
              if (wrote.failed()) {
                log.error("failover step failed service={}", service, wrote.cause());
                rounds.restless(service);
              } else if (again) {
                reconcile(service);
              }
            });
  }

  /** What is to be done for a service now; empty when that is nothing. */
  private Optional<Supplier<Future<Boolean>>> next(String service, Lane lane, long term) {
    Lane.Order order = lane.orders.poll();
    if (order != null) {
      return Optional.of(() -> carryOut(order, term));
    }
    List<Effect> effects = decide(service, lane, term);
    return effects.isEmpty()
        ? Optional.empty()
        : Optional.of(
            () -> execution.run(service, lane.core, effects, term, () -> reconcile(service)));
  }

  /** What goes wrong with one service must not keep the others from being looked at. */
  private List<Effect> decide(String service, Lane lane, long term) {
    try {
      Snapshot snapshot = snapshot(service);
      List<Effect> effects =
          lane.core.decide(snapshot, around(term), node.time().nowNs(), node.time().wallMs());
      if (snapshot.settled() && effects.isEmpty()) {
        rounds.settled(service);
        lanes.remove(service);
      } else {
        rounds.restless(service);
      }
      return effects;
    } catch (RuntimeException e) {
      rounds.restless(service);
      log.error("failover of a service cannot be decided service={}", service, e);
      return List.of();
    }
  }

  Snapshot snapshot(String service) {
    return records.snapshot(service);
  }

  Surroundings around(long term) {
    long wallMs = node.time().wallMs();
    Book book = records.book();
    return new Surroundings(
        term,
        wave.lasts(node.time().nowNs()),
        book.begunWithin(MINUTE_MS, wallMs) + execution.beginning());
  }

  Limits limits() {
    return limits;
  }

  /** Begins nothing more. */
  void stop() {
    stopped = true;
  }

  /** The term, while this node's manager may act and knows what the store has. */
  OptionalLong acting() {
    OptionalLong term = stopped ? OptionalLong.empty() : store.epoch();
    if (term.isEmpty() || commits.uptodate(term.getAsLong())) {
      return term;
    }
    execution
        .here(commits.read(term.getAsLong()))
        .onSuccess(
            read -> {
              if (read) {
                blindSinceNs = OptionalLong.empty();
                execution.tellWhatWasWritten();
                rounds.restart();
                tick();
              } else {
                blind();
              }
            });
    return OptionalLong.empty();
  }

  /** Who cannot read, as when records are of a newer version, keeps nobody else from acting. */
  private void blind() {
    long nowNs = node.time().nowNs();
    if (blindSinceNs.isEmpty()) {
      blindSinceNs = OptionalLong.of(nowNs);
    } else if (nowNs - blindSinceNs.getAsLong() >= patienceNs && store.epoch().isPresent()) {
      log.warn("failover manager cannot read, and gives its lease back for another to try");
      blindSinceNs = OptionalLong.empty();
      store.stepAside();
    }
  }

  // ---- orders

  /**
   * Does what an operator orders as soon as the service is free for it.
   *
   * @param work decides, on the verticle's context, on the service as it is then
   * @return the incident that carries it out; empty when it is done
   */
  Future<Outcome<String>> order(String service, Supplier<Outcome<Prepared>> work) {
    if (acting().isEmpty()) {
      return Future.succeededFuture(notManager());
    }
    Promise<Outcome<String>> done = Promise.promise();
    lanes.computeIfAbsent(service, s -> new Lane(limits)).orders.add(new Lane.Order(work, done));
    reconcile(service);
    return done.future();
  }

  private static Outcome<String> notManager() {
    return new Outcome.Rejected<>("not-manager", "the manager of this node does not act");
  }

  private Future<Boolean> carryOut(Lane.Order order, long term) {
    return Future.succeededFuture(order)
        .map(o -> o.work().get())
        .compose(
            outcome ->
                outcome instanceof Outcome.Ok<Prepared> ok
                    ? execution.write(ok.value(), term)
                    : Future.succeededFuture(outcome.map(Prepared::incident)))
        .onComplete(order.done())
        .map(true);
  }
}
