package io.hawser.failover;

import io.hawser.bus.client.CatalogReplica;
import io.hawser.bus.client.core.HardMirror;
import io.hawser.bus.client.hard.HardState;
import io.hawser.model.Entry;
import io.hawser.model.Facet;
import io.hawser.model.FacetKey;
import io.hawser.model.Outcome;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** A store of one process with one lease, and the seats of managers at it. Thread-safe. */
public final class FakeStore {
  /** What a manager knows the store by. */
  final class Seat implements ManagerStore {
    private final CatalogReplica mirror;
    private Runnable onTurn = () -> {};

    Seat(CatalogReplica mirror) {
      this.mirror = mirror;
    }

    @Override
    public void start(Runnable listener) {
      onTurn = listener;
      offer(this);
    }

    @Override
    public OptionalLong epoch() {
      return epochOf(this);
    }

    @Override
    public void stepAside() {
      depose(this);
      offer(this);
    }

    @Override
    public Future<Void> close() {
      depose(this);
      return Future.succeededFuture();
    }

    @Override
    public Future<Outcome<List<Stored>>> load() {
      return Future.succeededFuture(blind(mirror) ? unreadable() : listed());
    }

    @Override
    public Future<Outcome<Long>> commit(List<Change> changes, long term) {
      if (changes.size() > HardState.MAX_WRITES) {
        throw new IllegalArgumentException("too many at once: " + changes.size());
      }
      Outcome<Long> outcome = committed(changes, term);
      if (!(outcome instanceof Outcome.Ok<Long> ok)) {
        return Future.succeededFuture(outcome);
      }
      List<Entry> entries =
          changes.stream().map(c -> HardMirror.entry(c.key(), c.value(), ok.value())).toList();
      return mirror.mirror(() -> entries).map(written -> outcome);
    }

    @Override
    public Future<Outcome<Long>> raise(String resource, long token) {
      return Future.succeededFuture(raised(resource, token));
    }
  }

  private final TreeMap<String, FailoverStore.Stored> records = new TreeMap<>();
  private final Map<String, Long> fences = new HashMap<>();
  private final List<Seat> waiting = new ArrayList<>();
  private Optional<Seat> holder = Optional.empty();
  private boolean lost;
  private Optional<String> refusal = Optional.empty();
  private Optional<CatalogReplica> blind = Optional.empty();
  private int loads;
  private int refused;
  private long term;
  private long revision;

  Seat seat(CatalogReplica mirror) {
    return new Seat(mirror);
  }

  private void offer(Seat seat) {
    synchronized (this) {
      waiting.add(seat);
    }
    next();
  }

  private void next() {
    Optional<Seat> granted = Optional.empty();
    synchronized (this) {
      if (holder.isEmpty() && !waiting.isEmpty()) {
        holder = Optional.of(waiting.removeFirst());
        term++;
        granted = holder;
      }
    }
    granted.ifPresent(seat -> seat.onTurn.run());
  }

  private synchronized OptionalLong epochOf(Seat seat) {
    boolean holds = holder.filter(h -> h == seat).isPresent() && !lost;
    return holds ? OptionalLong.of(term) : OptionalLong.empty();
  }

  /** Takes the lease away; who waits for it gets it. */
  void depose(Seat seat) {
    synchronized (this) {
      boolean unused = waiting.remove(seat);
      holder = holder.filter(h -> h != seat);
    }
    next();
  }

  /** The store answers nobody, or does again. */
  synchronized void lost(boolean now) {
    lost = now;
  }

  /** The store answers reads, and refuses writes with this code. */
  synchronized void refuse(Optional<String> code) {
    refusal = code;
  }

  /** This node cannot read what is there. */
  synchronized void blind(Optional<CatalogReplica> node) {
    blind = node;
  }

  private synchronized boolean blind(CatalogReplica node) {
    return blind.equals(Optional.of(node));
  }

  private static Outcome<List<FailoverStore.Stored>> unreadable() {
    return new Outcome.Rejected<>("unreadable", "written by a newer version");
  }

  synchronized int loads() {
    return loads;
  }

  synchronized int refused() {
    return refused;
  }

  synchronized void put(FacetKey key, Facet value) {
    revision++;
    records.put(key.toString(), new FailoverStore.Stored(key, value, revision));
  }

  synchronized Optional<Facet> get(FacetKey key) {
    return Optional.ofNullable(records.get(key.toString())).map(FailoverStore.Stored::value);
  }

  private synchronized Outcome<List<FailoverStore.Stored>> listed() {
    loads++;
    return lost
        ? new Outcome.Rejected<>("no-quorum", "lost")
        : new Outcome.Ok<>(List.copyOf(records.values()));
  }

  private synchronized Outcome<Long> committed(List<FailoverStore.Change> changes, long writer) {
    if (lost) {
      return new Outcome.Rejected<>("no-quorum", "lost");
    }
    if (refusal.isPresent()) {
      refused++;
      return new Outcome.Rejected<>(refusal.get(), "");
    }
    if (writer < term) {
      return new Outcome.Rejected<>("fenced", writer + " is behind " + term);
    }
    for (FailoverStore.Change change : changes) {
      FailoverStore.Stored there = records.get(change.key().toString());
      if (change.expected() != (there == null ? 0 : there.revision())) {
        return new Outcome.Rejected<>("revision-mismatch", change.key() + " is another");
      }
    }
    revision++;
    for (FailoverStore.Change change : changes) {
      String key = change.key().toString();
      if (change.value().isPresent()) {
        records.put(key, new FailoverStore.Stored(change.key(), change.value().get(), revision));
      } else {
        records.remove(key);
      }
    }
    return new Outcome.Ok<>(revision);
  }

  private synchronized Outcome<Long> raised(String resource, long token) {
    fences.merge(resource, token, Math::max);
    return new Outcome.Ok<>(token);
  }

  synchronized Map<String, Long> fences() {
    return Map.copyOf(fences);
  }
}
