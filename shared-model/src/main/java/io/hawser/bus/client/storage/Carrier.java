package io.hawser.bus.client.storage;

import io.hawser.bus.Addresses;
import io.hawser.bus.Bus;
import io.hawser.model.NodeId;
import io.hawser.model.Outcome;
import io.hawser.model.StorageMessage;
import io.hawser.model.StorageMessage.Reply;
import io.hawser.model.StorageMessage.Several;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Takes requests to storage nodes. Those of one kind that come in one turn of the event loop go in
 * one message: a message costs more than what is in it. Nothing waits for others to come.
 * Thread-safe.
 */
final class Carrier {
  /** So many go in one message at most. */
  private static final int MOST = 64;

  private record Line(NodeId node, String kind) {}

  private record Parcel(StorageMessage request, long timeoutMs, Promise<Outcome<Reply>> outcome) {}

  private static final class Waiting {
    private final Queue<Parcel> parcels = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
  }

  private final Vertx vertx;
  private final Bus bus;
  private final Supplier<String> cluster;
  private final Map<Line, Waiting> lines = new ConcurrentHashMap<>();

  /** Nodes of an earlier version, that take one request at a time. */
  private final Set<NodeId> singly = ConcurrentHashMap.newKeySet();

  /**
   * @param cluster the one that is meant; empty while none is known
   */
  Carrier(Vertx vertx, Bus bus, Supplier<String> cluster) {
    this.vertx = vertx;
    this.bus = bus;
    this.cluster = cluster;
  }

  Future<Outcome<Reply>> send(NodeId node, StorageMessage request, long timeoutMs) {
    Parcel parcel = new Parcel(request, timeoutMs, Promise.promise());
    Optional<String> kind = Bundles.kind(request);
    if (kind.isEmpty() || singly.contains(node)) {
      together(node, List.of(parcel));
    } else {
      queue(node, kind.get(), parcel);
    }
    return parcel.outcome().future();
  }

  private void queue(NodeId node, String kind, Parcel parcel) {
    Waiting waiting = lines.computeIfAbsent(new Line(node, kind), line -> new Waiting());
    waiting.parcels.add(parcel);
    if (waiting.scheduled.compareAndSet(false, true)) {
      Context context = vertx.getOrCreateContext();
      context.runOnContext(v -> depart(node, waiting));
    }
  }

  /** A node is gone: who comes under its name may be another version. */
  void gone(NodeId node) {
    boolean unused = singly.remove(node);
    boolean unusedToo = lines.keySet().removeIf(line -> line.node().equals(node));
  }

  private void depart(NodeId node, Waiting waiting) {
    waiting.scheduled.set(false);
    while (true) {
      List<Parcel> parcels = new ArrayList<>();
      while (parcels.size() < MOST) {
        Parcel parcel = waiting.parcels.poll();
        if (parcel == null) {
          break;
        }
        parcels.add(parcel);
      }
      if (parcels.isEmpty()) {
        return;
      }
      together(node, parcels);
    }
  }

  private void together(NodeId node, List<Parcel> parcels) {
    if (singly.contains(node)) {
      parcels.forEach(parcel -> alone(node, parcel));
      return;
    }
    Several several = new Several(cluster.get(), parcels.stream().map(Parcel::request).toList());
    long timeoutMs = parcels.stream().mapToLong(Parcel::timeoutMs).max().orElse(1);
    Future<Outcome<Reply>> unused =
        request(node, several, timeoutMs)
            .onSuccess(
                all ->
                    Bundles.outcomes(all, parcels.size())
                        .ifPresentOrElse(
                            outcomes -> deliver(parcels, outcomes),
                            () -> {
                              boolean unusedToo = singly.add(node);
                              parcels.forEach(parcel -> alone(node, parcel));
                            }));
  }

  private void alone(NodeId node, Parcel parcel) {
    Future<Outcome<Reply>> unused =
        request(node, parcel.request(), parcel.timeoutMs()).onComplete(parcel.outcome());
  }

  private Future<Outcome<Reply>> request(NodeId node, StorageMessage message, long timeoutMs) {
    return bus.request(Addresses.STORAGE, node, message, Duration.ofMillis(timeoutMs));
  }

  private static void deliver(List<Parcel> parcels, List<Outcome<Reply>> outcomes) {
    for (int i = 0; i < parcels.size(); i++) {
      parcels.get(i).outcome().complete(outcomes.get(i));
    }
  }
}
