package io.hawser.failover.process;

import io.hawser.bus.client.CatalogReplica;
import io.hawser.catalog.InstanceView;
import io.hawser.catalog.Refused;
import io.hawser.failover.core.Unsure;
import io.hawser.failover.process.ChildWork.Seen;
import io.hawser.model.Epoch;
import io.hawser.model.Facet.Health;
import io.hawser.model.FailoverMessage.EnsureProcess;
import io.hawser.model.FailoverMessage.ProcessRunning;
import io.hawser.model.InstanceKey;
import io.hawser.node.NodeInfo;
import io.hawser.node.ProcessIdentity;
import io.hawser.node.ProcessIdentity.State;
import io.hawser.node.Time;
import io.hawser.service.ServiceContext;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The children of this node.
 *
 * <p>Before a child is started, the store says that it is this node's (so that nobody starts it
 * elsewhere) and a file says that it is about to be started (so that this node finds it again after
 * a crash). A child that dies is not started again from here: that is the manager's to ask for.
 * Owned by one verticle; what blocks runs on worker threads, one thing at a time per instance.
 *
 * <p>Over 300 lines, as a start, its second thoughts and the end go by the same children in the
 * same lanes.
 */
public final class ProcessTable {
  private static final Logger log = LoggerFactory.getLogger(ProcessTable.class);

  /** Looks whether a child runs. Blocks. */
  interface Sight {
    Seen of(Child child);
  }

  private final Vertx vertx;
  private final CatalogReplica catalog;
  private final NodeInfo self;
  private final Map<String, Template> templates;
  private final ChildWork work;
  private final Sight sight;
  private final Owners owners;
  private final Mandate mandate;
  private final Time time;
  private final long youngNs;
  private final Map<InstanceKey, Child> children = new HashMap<>();

  /** When this life of the node started a child for a request. */
  private final Map<InstanceKey, Long> startedNs = new HashMap<>();

  private final Map<InstanceKey, Future<?>> lanes = new HashMap<>();
  private boolean stopping;

  /**
   * @param youngMs how long what a request started is left alone by the requests that follow: it
   *     may be about to serve
   */
  public ProcessTable(
      ServiceContext node, Map<String, Template> templates, Mandate mandate, long youngMs) {
    this(node, templates, mandate, youngMs, ChildWork::look);
  }

  ProcessTable(
      ServiceContext node,
      Map<String, Template> templates,
      Mandate mandate,
      long youngMs,
      Sight sight) {
    this.sight = sight;
    this.mandate = mandate;
    this.vertx = node.vertx();
    this.catalog = node.catalog();
    this.self = node.members().self();
    this.time = node.time();
    this.templates = Map.copyOf(templates);
    this.youngNs = TimeUnit.MILLISECONDS.toNanos(youngMs);
    this.work = new ChildWork(node.dataDir(), self.apiUrl());
    this.owners = new Owners(node, this::lost);
  }

  /**
   * Takes the children over that an earlier life of this node started. The dead ones are told to
   * the store too: that they are at home here, and the epochs that were seen for them, may be known
   * nowhere else when the store has begun anew.
   */
  public Future<Void> adopt() {
    return vertx
        .executeBlocking(work::found)
        .compose(
            found -> {
              List<Future<?>> owned = new ArrayList<>();
              for (Child child : found) {
                children.put(child.instance(), child);
                if (child.identity().pid() > 0) {
                  owned.add(owners.own(child));
                }
              }
              return Future.join(owned).mapEmpty();
            });
  }

  /**
   * Starts what this node is to have running, unless it runs or is another node's. Never fails:
   * what cannot be started is logged. Waits for the store to say whose it is.
   */
  public Future<Void> runAll(List<RunEntry> entries) {
    return new RunEntries(vertx, this::run, () -> stopping).run(entries);
  }

  private Future<?> run(RunEntry entry) {
    return inLane(entry.instance(), () -> ensure(Wanted.of(entry, templates), Check.NONE));
  }

  /** Has the process of an instance run. Refused with {@link Refused}. */
  public Future<ProcessRunning> ensure(EnsureProcess request) {
    if (stopping) {
      throw new Refused("stopping", "this node is about to stop");
    }
    mandate.asks(request.term());
    return inLane(
        request.instance(),
        () -> {
          Wanted wanted = Wanted.of(request, templates);
          Check check = () -> mandate.check(request.term());
          return check.again().compose(v -> ensure(wanted, check));
        });
  }

  /** Whether who asks may still ask. */
  private interface Check {
    Check NONE = Future::succeededFuture;

    Future<Void> again();
  }

  private <T> Future<T> inLane(InstanceKey instance, Supplier<Future<T>> action) {
    Future<?> before = lanes.getOrDefault(instance, Future.succeededFuture());
    Future<T> turn = before.transform(done -> action.get());
    lanes.put(instance, turn);
    return turn.onComplete(r -> lanes.remove(instance, turn));
  }

  private Future<ProcessRunning> ensure(Wanted wanted, Check check) {
    Optional<Child> known = Optional.ofNullable(children.get(wanted.instance()));
    Epoch seen = known.map(Child::epoch).orElse(Epoch.NONE);
    boolean ownStart = wanted.call().isEmpty();
    if (!ownStart && seen.newerThan(wanted.epoch())) {
      return stale(wanted, known.orElseThrow());
    }
    Epoch epoch = seen.newerThan(wanted.epoch()) ? seen : wanted.epoch();
    return vertx
        .executeBlocking(() -> known.map(sight::of), false)
        .compose(
            found -> {
              if (found.filter(s -> s.state() == State.UNKNOWN).isPresent()) {
                return unsure(wanted);
              }
              Optional<Child> live = found.flatMap(Seen::running);
              return live.isPresent() && !replace(wanted, live.get())
                  ? leave(live.get(), epoch)
                  : start(wanted, live, epoch, check);
            });
  }

  /** What may run is not started once more. */
  private static Future<ProcessRunning> unsure(Wanted wanted) {
    log.warn("process cannot be looked at, and is not started instance={}", wanted.instance());
    return Future.failedFuture(
        new Refused(Unsure.OF_PROCESS, "this node cannot see whether its process runs"));
  }

  /** Whoever asks again, after reading the owner's record, comes with a higher epoch. */
  private Future<ProcessRunning> stale(Wanted wanted, Child known) {
    return owners
        .own(known)
        .transform(
            told ->
                Future.failedFuture(
                    new Refused(
                        "stale-epoch",
                        "epoch "
                            + wanted.epoch().value()
                            + " is behind "
                            + known.epoch().value())));
  }

  /**
   * A child that runs is in the way only when its instance is down, and it was not started for this
   * very call nor for another one just now.
   */
  private boolean replace(Wanted wanted, Child live) {
    boolean down =
        catalog
            .instance(wanted.instance())
            .map(InstanceView::health)
            .filter(Health.DOWN::equals)
            .isPresent();
    Long started = startedNs.get(wanted.instance());
    boolean young = started != null && time.nowNs() - started < youngNs;
    return down && !young && !wanted.call().isEmpty() && !wanted.call().equals(live.call());
  }

  private Future<ProcessRunning> leave(Child live, Epoch epoch) {
    ProcessRunning running = new ProcessRunning(self.id(), live.identity().pid(), false);
    if (live.epoch().equals(epoch) && live.equals(children.get(live.instance()))) {
      return Future.succeededFuture(running);
    }
    return keep(live.withEpoch(epoch)).compose(owners::own).map(running);
  }

  private Future<Child> keep(Child child) {
    children.put(child.instance(), child);
    return vertx.executeBlocking(() -> work.keep(child), false);
  }

  /** Claiming may take long: before anything is ended or started it is looked at again. */
  private Future<ProcessRunning> start(
      Wanted wanted, Optional<Child> old, Epoch epoch, Check check) {
    Child next =
        new Child(
            wanted.instance(),
            wanted.template().name(),
            wanted.host(),
            wanted.port(),
            new ProcessIdentity(0, ""),
            epoch,
            wanted.call(),
            UUID.randomUUID().toString());
    return owners
        .claim(next)
        .compose(v -> check.again().recover(e -> unclaimed(next, old, e)))
        .compose(
            v ->
                old.isPresent() && !replace(wanted, old.get())
                    ? stay(old.get().withEpoch(epoch))
                    : replaced(wanted, old, next));
  }

  private Future<Void> unclaimed(Child next, Optional<Child> old, Throwable why) {
    return old.map(owners::own)
        .orElseGet(() -> owners.disown(next.instance()))
        .transform(told -> Future.failedFuture(why));
  }

  private Future<ProcessRunning> stay(Child live) {
    return keep(live)
        .compose(owners::own)
        .map(v -> new ProcessRunning(self.id(), live.identity().pid(), false));
  }

  private Future<ProcessRunning> replaced(Wanted wanted, Optional<Child> old, Child next) {
    Optional<Child> before = old.or(() -> Optional.ofNullable(children.get(wanted.instance())));
    return vertx
        .executeBlocking(() -> ended(before), false)
        .compose(v -> keep(next))
        .compose(v -> spawned(wanted, next))
        .compose(this::keep)
        .compose(child -> owners.own(child).map(child))
        .map(child -> new ProcessRunning(self.id(), child.identity().pid(), true))
        .onSuccess(
            r -> {
              if (!wanted.call().isEmpty()) {
                startedNs.put(wanted.instance(), time.nowNs());
              }
              log.info("process started instance={} pid={}", wanted.instance(), r.pid());
            });
  }

  private Optional<Child> ended(Optional<Child> old) {
    old.ifPresent(work::end);
    return old;
  }

  /** What did not start is nobody's: another node may have better luck. */
  private Future<Child> spawned(Wanted wanted, Child next) {
    Future<Child> started = vertx.executeBlocking(() -> work.spawn(wanted, next), false);
    return started.recover(
        e ->
            e instanceof Refused r && Unsure.is(r.code())
                ? started
                : owners.disown(next.instance()).transform(told -> started));
  }

  // ---- the end

  /** Another node has the process too, and the store says that it is that one's. */
  private void lost(Child child) {
    inLane(child.instance(), () -> giveUp(child.instance()))
        .onFailure(e -> log.error("process not given up instance={}", child.instance(), e));
  }

  /** Unless it has become this node's meanwhile. */
  private Future<Void> giveUp(InstanceKey instance) {
    Child here = children.get(instance);
    if (here == null) {
      return Future.succeededFuture();
    }
    return owners
        .claim(here)
        .recover(
            e ->
                e instanceof Refused r && r.code().equals(Owners.ELSEWHERE)
                    ? givenUp(here)
                    : Future.succeededFuture());
  }

  private Future<Void> givenUp(Child here) {
    return vertx
        .executeBlocking(
            () -> {
              work.end(here);
              work.forget(here.instance());
              return here;
            },
            false)
        .onSuccess(
            ended -> {
              Child unused = children.remove(here.instance());
              log.warn(
                  "process given up to another node instance={} pid={}",
                  here.instance(),
                  here.identity().pid());
            })
        .mapEmpty();
  }

  /** Ends every child and forgets it. Requests are refused from now on. */
  public Future<Void> stopAll() {
    return drain()
        .compose(
            v -> {
              List<Child> all = List.copyOf(children.values());
              return vertx.executeBlocking(() -> work.endAll(all), false);
            })
        .compose(
            ended -> {
              List<Future<?>> disowned = new ArrayList<>();
              ended.forEach(child -> disowned.add(owners.disown(child.instance())));
              return Future.join(disowned).mapEmpty();
            });
  }

  /** Leaves the children as they are. Requests are refused from now on. */
  public Future<Void> drain() {
    stopping = true;
    return Future.join(List.copyOf(lanes.values())).<Void>mapEmpty().otherwiseEmpty();
  }
}
