package io.hawser.balancer.plane;

import io.hawser.balancer.core.TrafficLog;
import io.vertx.core.Future;

/** Somebody who counts requests. */
public interface TrafficSource {
  /** Takes the traffic of the seconds before this one. May be called on any thread. */
  Future<TrafficLog> takeTraffic(long wallMs);
}
