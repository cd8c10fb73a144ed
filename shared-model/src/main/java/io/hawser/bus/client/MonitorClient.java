package io.hawser.bus.client;

import io.hawser.bus.Addresses;
import io.hawser.bus.Bus;
import io.hawser.model.MonitorMessage.Query;
import io.hawser.model.MonitorMessage.Sample;
import io.hawser.model.MonitorMessage.Samples;
import io.hawser.model.MonitorMessage.Summary;
import io.hawser.model.MonitorMessage.Traffic;
import io.hawser.model.MonitorMessage.TrafficSlot;
import io.hawser.model.NodeId;
import io.hawser.model.NodeMessage.Ack;
import io.hawser.model.Outcome;
import io.hawser.model.Rendezvous;
import io.hawser.node.Members;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Calls the monitor. Every series of a metric lives on one node, the owner of the metric's name by
 * rendezvous over the live monitor nodes. Thread-safe.
 */
public final class MonitorClient {
  public static final String ROLE = "monitor";

  /**
   * Latencies of a service's answers through the balancers, in milliseconds; label {@code service}.
   */
  public static final String TRAFFIC_LATENCY = "http_request_duration_ms";

  /**
   * 1 for each request through the balancers that failed or was answered with 5xx, else 0; label
   * {@code service}.
   */
  public static final String TRAFFIC_ERRORS = "http_request_errors";

  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private final Bus bus;
  private final Members members;

  public MonitorClient(Bus bus, Members members) {
    this.bus = bus;
    this.members = members;
  }

  /** The node that keeps a metric; empty when no monitor is live. */
  public Optional<NodeId> owner(String metric) {
    return Rendezvous.owner(metric, members.liveWith(ROLE));
  }

  /** Hands samples to the owners of their metrics. Unknown when an owner did not answer. */
  public Future<Outcome<Ack>> record(List<Sample> samples) {
    Map<String, List<Sample>> byMetric = new LinkedHashMap<>();
    samples.forEach(s -> byMetric.computeIfAbsent(s.metric(), m -> new ArrayList<>()).add(s));
    List<Future<Outcome<Ack>>> calls = new ArrayList<>();
    byMetric.forEach(
        (metric, some) ->
            calls.add(
                toOwner(
                    metric,
                    node -> bus.request(Addresses.SAMPLES, node, new Samples(some), TIMEOUT))));
    return Future.join(calls)
        .map(
            v ->
                calls.stream()
                    .map(Future::result)
                    .filter(o -> !(o instanceof Outcome.Ok))
                    .findFirst()
                    .orElse(new Outcome.Ok<>(new Ack())));
  }

  /** Hands this node's traffic of the last second to the owners of the two traffic metrics. */
  public Future<Outcome<Ack>> traffic(List<TrafficSlot> slots) {
    Traffic message = new Traffic(members.self().id(), slots);
    List<NodeId> owners =
        List.of(TRAFFIC_LATENCY, TRAFFIC_ERRORS).stream()
            .flatMap(metric -> owner(metric).stream())
            .distinct()
            .toList();
    List<Future<Outcome<Ack>>> calls = new ArrayList<>();
    owners.forEach(o -> calls.add(bus.request(Addresses.TRAFFIC, o, message, TIMEOUT)));
    return Future.join(calls)
        .map(
            v ->
                calls.isEmpty()
                    ? new Outcome.Unknown<>("no live monitor")
                    : calls.getFirst().result());
  }

  /** The summary of a metric's series that have all of the labels, over the last window. */
  public Future<Outcome<Summary>> query(String metric, Map<String, String> labels, long windowMs) {
    return toOwner(
        metric,
        node ->
            bus.request(
                Addresses.METRIC_QUERY, node, new Query(metric, labels, windowMs), TIMEOUT));
  }

  private <T> Future<Outcome<T>> toOwner(String metric, Function<NodeId, Future<Outcome<T>>> ask) {
    return owner(metric)
        .map(ask)
        .orElse(Future.succeededFuture(new Outcome.Unknown<>("no live node has the role monitor")));
  }
}
