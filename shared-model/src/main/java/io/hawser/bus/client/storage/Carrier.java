package io.hawser.bus.client.storage;

import io.hawser.bus.Addresses;
import io.hawser.bus.Bus;
import io.hawser.model.NodeId;
import io.hawser.model.Outcome;
import io.hawser.model.StorageMessage;
import io.hawser.model.StorageMessage.Reply;
import io.hawser.model.StorageMessage.Several;
import io.hawser.node.Time;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Takes requests to storage nodes. Those of one kind that come in one turn of an event loop go in
 * one message: a message costs more than what is in it. Nothing waits for others to come, and
 * nothing for another thread. Thread-safe.
 */
final class Carrier {
  /** So many go in one message at most. */
  private static final int MOST = 64;

  /** A node is asked again so much later whether it takes several requests at a time. */
  private static final long SINGLY_NS = TimeUnit.MINUTES.toNanos(1);

  /** Where requests wait for the end of the turn in which they came. */
  private record Line(NodeId node, String kind, Thread thread) {}

  private record Parcel(StorageMessage request, long timeoutMs, Promise<Outcome<Reply>> outcome) {}

  private final Vertx vertx;
  private final Bus bus;
  private final Time time;
  private final Supplier<String> cluster;
  private final Map<Line, List<Parcel>> lines = new ConcurrentHashMap<>();

  /** Nodes of an earlier version, that take one request at a time, and since when that is known. */
  private final Map<NodeId, Long> singly = new ConcurrentHashMap<>();

  /**
   * @param cluster the one that is meant; empty while none is known
   */
  Carrier(Vertx vertx, Bus bus, Time time, Supplier<String> cluster) {
    this.vertx = vertx;
    this.bus = bus;
    this.time = time;
    this.cluster = cluster;
  }

  Future<Outcome<Reply>> send(NodeId node, StorageMessage request, long timeoutMs) {
    Parcel parcel = new Parcel(request, timeoutMs, Promise.promise());
    Bundles.kind(request)
        .ifPresentOrElse(
            kind -> queue(new Line(node, kind, Thread.currentThread()), parcel),
            () -> together(node, List.of(parcel)));
    return parcel.outcome().future();
  }

  private void queue(Line line, Parcel parcel) {
    lines.compute(
        line,
        (same, waiting) -> {
          List<Parcel> parcels = waiting == null ? departing(line) : waiting;
          parcels.add(parcel);
          return parcels;
        });
  }

  private List<Parcel> departing(Line line) {
    vertx.getOrCreateContext().runOnContext(v -> depart(line));
    return new ArrayList<>();
  }

  /** A node is gone: who comes under its name may be another version. */
  void gone(NodeId node) {
    Long unused = singly.remove(node);
  }

  private void depart(Line line) {
    List<Parcel> parcels = Optional.ofNullable(lines.remove(line)).orElse(List.of());
    for (int from = 0; from < parcels.size(); from += MOST) {
      together(line.node(), parcels.subList(from, Math.min(from + MOST, parcels.size())));
    }
  }

  private void together(NodeId node, List<Parcel> parcels) {
    if (takesOne(node)) {
      parcels.forEach(parcel -> alone(node, parcel));
      return;
    }
    List<StorageMessage> requests = parcels.stream().map(Parcel::request).toList();
    Several several = new Several(cluster.get(), requests, requests.size());
    long timeoutMs = parcels.stream().mapToLong(Parcel::timeoutMs).max().orElse(1);
    Future<Outcome<Reply>> unused =
        request(node, several, timeoutMs).onSuccess(all -> arrived(node, parcels, all));
  }

  /** Whether a node takes one request at a time, as far as is known. */
  private boolean takesOne(NodeId node) {
    Long sinceNs = singly.get(node);
    if (sinceNs == null) {
      return false;
    }
    return time.nowNs() - sinceNs < SINGLY_NS || !singly.remove(node, sinceNs);
  }

  private void arrived(NodeId node, List<Parcel> parcels, Outcome<Reply> all) {
    if (all instanceof Outcome.Rejected<Reply> rejected
        && rejected.code().equals(Bundles.UNKNOWN_REQUEST)) {
      Long unused = singly.put(node, time.nowNs());
      parcels.forEach(parcel -> alone(node, parcel));
      return;
    }
    List<Bundles.Fate> fates = Bundles.fates(all, parcels.size());
    for (int i = 0; i < fates.size(); i++) {
      Parcel parcel = parcels.get(i);
      switch (fates.get(i)) {
        case Bundles.Settled settled -> parcel.outcome().complete(settled.outcome());
        case Bundles.Again again -> again(node, parcel, again.maybeDone());
      }
    }
  }

  private void again(NodeId node, Parcel parcel, boolean maybeDone) {
    Promise<Outcome<Reply>> told = Promise.promise();
    Future<Outcome<Reply>> unused =
        told.future()
            .map(o -> maybeDone ? Bundles.second(parcel.request(), o) : o)
            .onComplete(parcel.outcome());
    together(node, List.of(new Parcel(parcel.request(), parcel.timeoutMs(), told)));
  }

  private void alone(NodeId node, Parcel parcel) {
    Future<Outcome<Reply>> unused =
        request(node, parcel.request(), parcel.timeoutMs()).onComplete(parcel.outcome());
  }

  private Future<Outcome<Reply>> request(NodeId node, StorageMessage message, long timeoutMs) {
    return bus.request(Addresses.STORAGE, node, message, Duration.ofMillis(timeoutMs));
  }
}
