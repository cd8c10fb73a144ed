package io.hawser.balancer.core;

import io.hawser.balancer.core.strategy.Candidate;
import io.hawser.balancer.core.strategy.LoadReport;
import io.hawser.model.InstanceKey;
import org.jspecify.annotations.Nullable;

/**
 * An instance as a table names it: where it is, and its state, which outlives the table.
 *
 * @param affinity what a client's cookie holds to come back to it
 * @param tls whether requests go to it over TLS
 */
public record Endpoint(
    InstanceKey key,
    String incarnation,
    String host,
    int port,
    int weight,
    String zone,
    String affinity,
    OriginTls tls,
    EndpointState state)
    implements Candidate {

  Endpoint(
      InstanceKey key,
      String incarnation,
      String host,
      int port,
      int weight,
      String affinity,
      EndpointState state) {
    this(key, incarnation, host, port, weight, "", affinity, OriginTls.NONE, state);
  }

  @Override
  public double latencyNs(long nowNs) {
    return state.latencyNs(nowNs);
  }

  @Override
  public double ramp(long nowNs) {
    return state.ramp(nowNs);
  }

  @Override
  public int active() {
    return state.active();
  }

  @Override
  public @Nullable LoadReport load() {
    return state.load();
  }
}
