package io.hawser.bus.client;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.hawser.bus.Addresses;
import io.hawser.bus.Bus;
import io.hawser.catalog.Catalog;
import io.hawser.catalog.InstanceView;
import io.hawser.catalog.ServiceView;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's copy of the catalog. What any node writes is published as a delta; what a delta did
 * not bring, an exchange of digests with one peer after the other brings within seconds.
 *
 * <p>Available before consistent: a write is accepted here at once, and two sides of a partition
 * agree after it heals. Reads are thread-safe and never wait. Writes run one after another on the
 * replica's own context.
 */
public final class CatalogReplica {
  private static final Logger log = LoggerFactory.getLogger(CatalogReplica.class);
  private static final Duration PEER_TIMEOUT = Duration.ofSeconds(2);
  private static final long EXCHANGE_MS = 2_000;

  private record Listener(Context context, Consumer<List<Entry>> handler) {}

  private final Vertx vertx;
  private final Bus bus;
  private final Members members;
  private final HybridClock clock;
  private final Time time;
  private final Meters meters;
  private final Admission admission;
  private final Context context;
  private final Catalog catalog = new Catalog();
  private final Map<String, ServiceView> services = new ConcurrentHashMap<>();
  private final Map<FacetKey, Entry> entries = new ConcurrentHashMap<>();
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private int nextPeer;

  public CatalogReplica(
      Vertx vertx, Bus bus, Members members, HybridClock clock, Time time, Meters meters) {
    this.vertx = vertx;
    this.bus = bus;
    this.members = members;
    this.clock = clock;
    this.time = time;
    this.meters = meters;
    this.admission = new Admission(meters);
    this.context = vertx.getOrCreateContext();
    meters.gauge(Meters.CATALOG_ENTRIES, entries::size);
  }

  /** Joins the others. Done when this replica holds what one live peer, if there is any, held. */
  public Future<Void> start() {
    NodeId self = members.self().id();
    return onContext(
        () ->
            bus.subscribe(Addresses.CATALOG_DELTAS, this::onDelta)
                .compose(s -> bus.serve(Addresses.CATALOG_DIGEST, self, this::onDigest))
                .compose(s -> bus.serve(Addresses.CATALOG_PUSH, self, this::onPush))
                .compose(s -> firstExchange(List.copyOf(members.peers())))
                .onSuccess(v -> vertx.setPeriodic(EXCHANGE_MS, id -> exchangeWithNext())));
  }

  // ---- reading

  /** The services that have instances, in order. */
  public Set<String> services() {
    return new TreeSet<>(services.keySet());
  }

  /** The service's instances; none when it is unknown. */
  public ServiceView service(String service) {
    return services.getOrDefault(service, new ServiceView(service, List.of()));
  }

  public Optional<InstanceView> instance(InstanceKey key) {
    return service(key.service()).instance(key.id());
  }

  public <F extends Facet> Optional<F> get(FacetKey key, Class<F> type) {
    Entry entry = entries.get(key);
    return entry == null ? Optional.empty() : entry.value().map(type::cast);
  }

  /** When a register was last written, and by whom; empty when it never was. */
  public Optional<Stamp> stamp(FacetKey key) {
    return Optional.ofNullable(entries.get(key)).map(Entry::stamp);
  }

  /** Every register of a kind that has a value, in the order of scope and name. */
  public <F extends Facet> Map<FacetKey, F> all(Kind kind, Class<F> type) {
    Map<String, FacetKey> order = new TreeMap<>();
    for (Entry entry : entries.values()) {
      if (entry.key().kind() == kind && !entry.deleted()) {
        order.put(entry.key().scope() + '\0' + entry.key().name(), entry.key());
      }
    }
    Map<FacetKey, F> found = new LinkedHashMap<>();
    for (FacetKey key : order.values()) {
      get(key, type).ifPresent(value -> found.put(key, value));
    }
    return found;
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
          NodeId self = members.self().id();
          List<Entry> written = new ArrayList<>();
          change
              .apply(catalog)
              .forEach(
                  (key, value) ->
                      written.add(
                          new Entry(key, value, new Stamp(clock.next(time.wallMs()), self))));
          apply(written);
          if (!written.isEmpty()) {
            bus.publish(Addresses.CATALOG_DELTAS, new Delta(self, written));
          }
          return Future.succeededFuture(List.copyOf(written));
        });
  }

  /**
   * As {@link #update}, and then waits until every live peer holds it, or has not answered in time.
   *
   * @return how many peers hold it
   */
  public Future<Integer> updateReplicated(
      Function<Catalog, Map<FacetKey, Optional<Facet>>> change) {
    return update(change).compose(this::push);
  }

  private Future<Integer> push(List<Entry> written) {
    Delta delta = new Delta(members.self().id(), written);
    List<Future<Outcome<Ack>>> calls = new ArrayList<>();
    for (NodeId peer : members.peers()) {
      calls.add(bus.request(Addresses.CATALOG_PUSH, peer, delta, PEER_TIMEOUT));
    }
    return Future.join(calls)
        .map(v -> (int) calls.stream().filter(c -> c.result() instanceof Outcome.Ok).count());
  }

  /** Takes in entries that another node wrote and handed over directly. */
  public Future<Void> merge(List<Entry> others) {
    return onContext(
        () -> {
          accept(others);
          return Future.succeededFuture();
        });
  }

  // ---- replication, on the replica's context

  private void onDelta(Delta delta) {
    if (!delta.from().equals(members.self().id())) {
      accept(delta.entries());
    }
  }

  private Future<Ack> onPush(Delta delta) {
    accept(delta.entries());
    return Future.succeededFuture(new Ack());
  }

  private Future<Difference> onDigest(Digest digest) {
    List<Integer> differing = catalog.differing(digest.buckets());
    return Future.succeededFuture(new Difference(catalog.entriesOf(differing), differing));
  }

  private Future<Void> firstExchange(List<NodeId> peers) {
    if (peers.isEmpty()) {
      return Future.succeededFuture();
    }
    return exchange(peers.getFirst())
        .compose(
            done ->
                done ? Future.succeededFuture() : firstExchange(peers.subList(1, peers.size())));
  }

  private void exchangeWithNext() {
    catalog.prune(time.wallMs()).forEach(entries::remove);
    List<NodeId> peers = members.peers();
    if (!peers.isEmpty()) {
      nextPeer = (nextPeer + 1) % peers.size();
      exchange(peers.get(nextPeer))
          .onFailure(e -> log.warn("catalog exchange failed cause={}", e.toString()));
    }
  }

  /** Both sides end with what either had. Succeeds with whether the peer answered. */
  private Future<Boolean> exchange(NodeId peer) {
    Digest digest = new Digest(members.self().id(), catalog.digest());
    return bus.request(Addresses.CATALOG_DIGEST, peer, digest, PEER_TIMEOUT)
        .compose(
            outcome ->
                switch (outcome) {
                  case Outcome.Ok<Difference> ok -> repair(peer, ok.value());
                  case Outcome.Rejected<Difference> ignored -> Future.succeededFuture(false);
                  case Outcome.Unknown<Difference> ignored -> Future.succeededFuture(false);
                });
  }

  private Future<Boolean> repair(NodeId peer, Difference difference) {
    if (difference.buckets().isEmpty()) {
      return Future.succeededFuture(true);
    }
    List<Entry> mine = catalog.entriesOf(difference.buckets());
    int repaired = accept(difference.entries());
    meters.counter(Meters.CATALOG_REPAIRS).increment(repaired);
    Delta delta = new Delta(members.self().id(), mine);
    return bus.request(Addresses.CATALOG_PUSH, peer, delta, PEER_TIMEOUT).map(outcome -> true);
  }

  /** Takes in what another node wrote. Returns how much of it was news. */
  @CanIgnoreReturnValue
  private int accept(List<Entry> incoming) {
    return apply(admission.admit(incoming, time.wallMs(), entries::containsKey));
  }

  @CanIgnoreReturnValue
  private int apply(List<Entry> incoming) {
    List<Entry> changed = new ArrayList<>();
    Set<String> touched = new TreeSet<>();
    for (Entry entry : incoming) {
      clock.observe(entry.stamp().hlc());
      if (catalog.apply(entry)) {
        changed.add(entry);
        entries.put(entry.key(), entry);
        touched.add(entry.key().scope());
      }
    }
    touched.forEach(this::refresh);
    if (!changed.isEmpty()) {
      List<Entry> told = List.copyOf(changed);
      listeners.forEach(l -> l.context().runOnContext(v -> l.handler().accept(told)));
    }
    return changed.size();
  }

  private void refresh(String service) {
    ServiceView view = catalog.service(service);
    if (view.instances().isEmpty()) {
      services.remove(service);
    } else {
      services.put(service, view);
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
