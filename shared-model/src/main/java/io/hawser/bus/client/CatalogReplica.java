package io.hawser.bus.client;

import io.hawser.bus.Addresses;
import io.hawser.bus.Bus;
import io.hawser.bus.client.SnapshotFile.Saved;
import io.hawser.catalog.Catalog;
import io.hawser.catalog.InstanceView;
import io.hawser.catalog.Replication;
import io.hawser.catalog.Room;
import io.hawser.catalog.ServiceView;
import io.hawser.catalog.Step;
import io.hawser.model.Entry;
import io.hawser.model.Facet;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.HybridClock;
import io.hawser.model.InstanceKey;
import io.hawser.model.NodeId;
import io.hawser.model.NodeMessage.Ack;
import io.hawser.model.Outcome;
import io.hawser.model.RegistryMessage.Delta;
import io.hawser.model.RegistryMessage.Difference;
import io.hawser.model.RegistryMessage.Digest;
import io.hawser.model.Stamp;
import io.hawser.node.Members;
import io.hawser.node.Meters;
import io.hawser.node.Time;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's copy of the catalog: connects {@link Replication}, which decides, to the bus, to
 * readers and to listeners. What any node writes is published as a delta; what a delta did not
 * bring, an exchange of digests with one peer after the other brings within seconds.
 *
 * <p>Available before consistent: a write is accepted here at once, and two sides of a partition
 * agree after it heals. Registers that are left to the store are another matter: they are shown
 * here as the store has them. Reads are thread-safe and never wait. Writes run one after another on
 * the replica's own context.
 *
 * <p>Long for this project, as it is all that the parts of a node know of the catalog: half of it
 * is what they read and write through.
 */
public final class CatalogReplica {
  private static final Logger log = LoggerFactory.getLogger(CatalogReplica.class);
  private static final Duration PEER_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration HELD_WITHIN = Duration.ofMillis(500);

  /** The most of the newest changes that a crash of all nodes at once loses. */
  static final long SAVE_MS = 5_000;

  private static final String FILE = "catalog.snapshot";

  /** A service's instances with the index that stands for this state of them. */
  public record Indexed(String index, ServiceView view) {}

  private record Listener(Context context, Consumer<List<Entry>> handler) {}

  private final Vertx vertx;
  private final Bus bus;
  private final Members members;
  private final Time time;
  private final Meters meters;
  private final ClockAlarm alarm;
  private final Context context;
  private final Replication replication;
  private final String life;
  private final CatalogViews views = new CatalogViews();
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private volatile Set<Kind> left = Set.of();
  private volatile @Nullable SnapshotFile snapshot;

  public CatalogReplica(
      Vertx vertx, Bus bus, Members members, HybridClock clock, Time time, Meters meters) {
    this.vertx = vertx;
    this.bus = bus;
    this.members = members;
    this.time = time;
    this.meters = meters;
    this.alarm = new ClockAlarm(meters);
    this.replication = new Replication(members.self().id(), clock);
    this.life = members.self().id() + "." + Long.toString(time.wallMs(), Character.MAX_RADIX);
    this.context = vertx.getOrCreateContext();
    meters.gauge(Meters.CATALOG_ENTRIES, views::size);
  }

  /**
   * Keeps a snapshot in this directory, from which the next start goes on. To be called before the
   * start.
   */
  public void keepIn(Path directory) {
    snapshot = new SnapshotFile(directory.resolve(FILE), members.self().id());
  }

  /**
   * Leaves registers of these kinds to the store: see {@link #mirror}. They can neither be written
   * here nor come from peers. To be called before the start.
   */
  public void leaveToStore(Set<Kind> kinds) {
    left = Set.copyOf(kinds);
    replication.leaveToStore(left);
  }

  /**
   * Loads the snapshot and joins the others. Done when this replica holds what one live peer, if
   * there is any, held.
   */
  public Future<Void> start() {
    NodeId self = members.self().id();
    return onContext(
        () ->
            restore()
                .compose(v -> join(self))
                .onSuccess(v -> vertx.setPeriodic(Replication.TICK_MS, id -> tick())));
  }

  private Future<Void> join(NodeId self) {
    return bus.subscribe(Addresses.CATALOG_DELTAS, this::onDelta)
        .compose(s -> bus.serve(Addresses.CATALOG_DIGEST, self, this::onDigest))
        .compose(s -> bus.serve(Addresses.CATALOG_PUSH, self, this::onPush))
        .compose(s -> firstExchange(List.copyOf(members.peers())));
  }

  private Future<Void> restore() {
    SnapshotFile file = snapshot;
    if (file == null) {
      show(replication.restore(List.of(), time.wallMs(), time.wallMs()));
      return Future.succeededFuture();
    }
    return vertx
        .executeBlocking(file::restore)
        .compose(
            found -> {
              Saved saved = found.orElse(Saved.NOTHING);
              show(replication.restore(saved.entries(), saved.atMs(), time.wallMs()));
              tellOfLeft(saved.entries());
              return file.keep(
                  vertx,
                  SAVE_MS,
                  time,
                  views::changes,
                  () -> views.entries(kind -> !left.contains(kind)));
            });
  }

  /** An earlier version kept here what is the store's now. */
  private void tellOfLeft(List<Entry> entries) {
    List<FacetKey> keys =
        entries.stream()
            .filter(e -> left.contains(e.key().kind()) && !e.deleted())
            .map(Entry::key)
            .toList();
    if (!keys.isEmpty()) {
      log.warn(
          "of an earlier version, not taken over: the store keeps these now; write them again"
              + " registers={}",
          keys);
    }
  }

  // ---- reading

  /** The services that have instances, in order, as they are at any time. */
  public Set<String> services() {
    return views.services();
  }

  /** The service's instances; none when it is unknown. */
  public ServiceView service(String service) {
    return views.service(service).view();
  }

  /** The service's instances, with the index of a state that they are no older than. */
  public Indexed indexed(String service) {
    CatalogViews.Numbered numbered = views.service(service);
    return new Indexed(index(numbered.number()), numbered.view());
  }

  /**
   * Names the state of a service's instances at this node: it changes whenever this node applies a
   * change of one of them, be it one that was written long ago. Opaque; that of another node, or
   * from before a restart, is never equal.
   */
  public String index(String service) {
    return index(views.number(service));
  }

  private String index(long number) {
    return life + "." + Long.toString(number, Character.MAX_RADIX);
  }

  public Optional<InstanceView> instance(InstanceKey key) {
    return views.instance(key);
  }

  public <F extends Facet> Optional<F> get(FacetKey key, Class<F> type) {
    return views.get(key, type);
  }

  /** The newest write of a register, be it a deletion; empty when none is known. */
  public Optional<Entry> entry(FacetKey key) {
    return views.entry(key);
  }

  /** When a register was last written, and by whom; empty when it never was. */
  public Optional<Stamp> stamp(FacetKey key) {
    return views.entry(key).map(Entry::stamp);
  }

  /** Every register of a kind that has a value, in the order of scope and name. */
  public <F extends Facet> Map<FacetKey, F> all(Kind kind, Class<F> type) {
    return views.all(kind, type);
  }

  /** Every register of these kinds that has a value, in no order. */
  public List<Entry> entriesOf(Set<Kind> kinds) {
    return views.entries(kinds::contains).stream().filter(entry -> !entry.deleted()).toList();
  }

  /**
   * Calls the handler, on the context that calls this, with the entries of each change, whoever
   * wrote them.
   */
  public void onChange(Consumer<List<Entry>> handler) {
    listeners.add(new Listener(vertx.getOrCreateContext(), handler));
  }

  // ---- writing

  /** Writes one register. */
  public Future<List<Entry>> put(FacetKey key, Facet value) {
    return update(current -> Map.of(key, Optional.of(value)));
  }

  /** Deletes one register. */
  public Future<List<Entry>> delete(FacetKey key) {
    return update(current -> Map.of(key, Optional.empty()));
  }

  /**
   * Reads and writes in one step: no other write of this node comes between.
   *
   * @param change from the catalog as it is, what to write; it may throw {@link
   *     io.hawser.catalog.Refused} to write nothing
   * @return what was written
   */
  public Future<List<Entry>> update(Function<Catalog, Map<FacetKey, Optional<Facet>>> change) {
    return onContext(
        () -> {
          Step step = replication.write(change.apply(replication.catalog()), time.wallMs());
          show(step);
          for (Step.Send send : step.sends()) {
            if (send.message() instanceof Delta delta) {
              bus.publish(Addresses.CATALOG_DELTAS, delta);
            }
          }
          return Future.succeededFuture(step.changed());
        });
  }

  /**
   * Hands what was written to the live peers, and is done when one of them holds it, or none has
   * said so within {@link #HELD_WITHIN}: then a kill -9 of this node no longer takes it along.
   * Never fails.
   *
   * @return how many peers have said so by then: none or one
   */
  public Future<Integer> held(List<Entry> written) {
    List<NodeId> peers = List.copyOf(members.peers());
    if (peers.isEmpty() || written.isEmpty()) {
      return Future.succeededFuture(0);
    }
    List<Delta> deltas =
        Room.messages(written).stream().map(part -> new Delta(members.self().id(), part)).toList();
    List<Future<Boolean>> pushes =
        peers.stream()
            .map(peer -> pushAll(peer, deltas))
            .map(push -> push.compose(this::successOnly))
            .toList();
    return Future.any(pushes).map(1).otherwise(0);
  }

  private Future<Boolean> successOnly(boolean holds) {
    return holds ? Future.succeededFuture(true) : Future.failedFuture("not held");
  }

  private Future<Boolean> pushAll(NodeId peer, List<Delta> deltas) {
    List<Future<Boolean>> parts = deltas.stream().map(delta -> push(peer, delta)).toList();
    return Future.join(parts).map(v -> parts.stream().allMatch(Future::result));
  }

  private Future<Boolean> push(NodeId peer, Delta delta) {
    return bus.request(Addresses.CATALOG_PUSH, peer, delta, HELD_WITHIN)
        .map(outcome -> outcome instanceof Outcome.Ok);
  }

  /** Takes in entries that another node wrote and handed over directly. */
  public Future<Void> merge(List<Entry> others) {
    return onContext(
        () -> {
          NodeId self = members.self().id();
          show(replication.receive(self, new Delta(self, others), time.wallMs()));
          return Future.succeededFuture();
        });
  }

  /**
   * Takes over what the store has of registers that are left to it. Their stamps have the store's
   * revision in place of a clock.
   *
   * @param change run on the replica's context: what to take over
   */
  public Future<List<Entry>> mirror(Supplier<List<Entry>> change) {
    return onContext(
        () -> {
          Step step = replication.mirror(change.get());
          show(step);
          // One that was written again in the same step is there.
          step.changed().stream()
              .map(Entry::key)
              .filter(key -> views.entry(key).filter(Entry::deleted).isPresent())
              .forEach(views::forget);
          return Future.succeededFuture(step.changed());
        });
  }

  // ---- replication, on the replica's context

  private void onDelta(Delta delta) {
    if (!delta.from().equals(members.self().id())) {
      show(replication.receive(delta.from(), delta, time.wallMs()));
    }
  }

  private Future<Ack> onPush(Delta delta) {
    show(replication.receive(delta.from(), delta, time.wallMs()));
    return Future.succeededFuture(new Ack());
  }

  private Future<Difference> onDigest(Digest digest) {
    Step step = replication.receive(digest.from(), digest, time.wallMs());
    return step.sends().stream()
        .map(Step.Send::message)
        .filter(Difference.class::isInstance)
        .map(Difference.class::cast)
        .findFirst()
        .map(Future::succeededFuture)
        .orElseGet(() -> Future.failedFuture("no answer to a digest of " + digest.from()));
  }

  private Future<Void> firstExchange(List<NodeId> peers) {
    if (peers.isEmpty()) {
      return Future.succeededFuture();
    }
    return follow(replication.exchange(peers.getFirst()))
        .compose(
            done ->
                done ? Future.succeededFuture() : firstExchange(peers.subList(1, peers.size())));
  }

  private void tick() {
    follow(replication.tick(members.peers(), time.wallMs()))
        .onFailure(e -> log.warn("catalog exchange failed cause={}", e.toString()));
  }

  /**
   * Shows a step of an exchange, sends its messages one after the other, and goes on with the
   * answers. Succeeds with whether all were answered.
   */
  private Future<Boolean> follow(Step step) {
    Promise<Boolean> done = Promise.promise();
    follow(step, done);
    return done.future();
  }

  /** With one promise for all steps: an exchange of a large catalog has thousands. */
  private void follow(Step step, Promise<Boolean> done) {
    show(step);
    send(step.sends(), done);
  }

  private void send(List<Step.Send> sends, Promise<Boolean> done) {
    if (sends.isEmpty()) {
      done.complete(true);
      return;
    }
    NodeId peer = sends.getFirst().to().orElseThrow();
    List<Step.Send> rest = sends.subList(1, sends.size());
    switch (sends.getFirst().message()) {
      case Delta delta ->
          push(peer, delta).onSuccess(ok -> send(rest, done)).onFailure(done::tryFail);
      case Digest digest ->
          bus.request(Addresses.CATALOG_DIGEST, peer, digest, PEER_TIMEOUT)
              .onSuccess(outcome -> answered(peer, outcome, done))
              .onFailure(done::tryFail);
      default -> throw new IllegalStateException("not of an exchange: " + sends.getFirst());
    }
  }

  /** A digest is the last message of its step, so that its answer ends the step. */
  private void answered(NodeId peer, Outcome<Difference> outcome, Promise<Boolean> done) {
    if (outcome instanceof Outcome.Ok<Difference> ok) {
      follow(replication.receive(peer, ok.value(), time.wallMs()), done);
    } else {
      replication.unanswered(peer);
      done.complete(false);
    }
  }

  /** Makes a step visible to readers, listeners and meters. */
  private void show(Step step) {
    step.changed().forEach(views::apply);
    step.forgotten().forEach(views::forget);
    alarm.refused(step.refused(), time.wallMs());
    if (step.repaired() > 0) {
      meters.counter(Meters.CATALOG_REPAIRS).increment(step.repaired());
    }
    if (!step.changed().isEmpty()) {
      listeners.forEach(l -> l.context().runOnContext(v -> l.handler().accept(step.changed())));
    }
  }

  /**
   * Runs the action on the replica's context, and ends on the caller's: who calls from a verticle
   * goes on in it.
   */
  private <T> Future<T> onContext(Supplier<Future<T>> action) {
    Promise<T> promise = Promise.promise();
    Context caller = Vertx.currentContext();
    context.runOnContext(
        v -> {
          Future<T> result;
          try {
            result = action.get();
          } catch (RuntimeException e) {
            result = Future.failedFuture(e);
          }
          result.onComplete(
              (value, failure) -> {
                if (caller == null) {
                  promise.complete(value, failure);
                } else {
                  caller.runOnContext(c -> promise.complete(value, failure));
                }
              });
        });
    return promise.future();
  }
}
