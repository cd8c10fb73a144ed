package io.hawser.balancer.core.limit;

import io.hawser.model.Facet.Route;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The limits of a route and how far they are used, over all loops of a node. Soft state: it lives
 * as long as the route keeps its limits, whatever tables come and go. Thread-safe.
 */
public final class Guard {
  /** Why a request does not pass. */
  public enum Verdict {
    PASSES,
    TOO_MANY_AT_ONCE,
    TOO_MANY_A_SECOND,
    TOO_MANY_OF_A_CLIENT
  }

  /** For what has no limits. */
  public static final Guard NONE = new Guard(0, 0, 0);

  private static final int CLIENTS = 16_384;

  private final int maxInFlight;
  private final int perSecond;
  private final int clientPerSecond;
  private final AtomicInteger inFlight = new AtomicInteger();
  private final Optional<RateLimit> all;
  private final Optional<RateLimit> clients;

  Guard(int maxInFlight, int perSecond, int clientPerSecond) {
    this.maxInFlight = maxInFlight;
    this.perSecond = perSecond;
    this.clientPerSecond = clientPerSecond;
    this.all = perSecond == 0 ? Optional.empty() : Optional.of(new RateLimit(perSecond, 1));
    this.clients =
        clientPerSecond == 0
            ? Optional.empty()
            : Optional.of(new RateLimit(clientPerSecond, CLIENTS));
  }

  public static Guard of(Route route) {
    boolean none =
        route.maxInFlight() == 0
            && route.requestsPerSecond() == 0
            && route.clientRequestsPerSecond() == 0;
    return none
        ? NONE
        : new Guard(
            route.maxInFlight(), route.requestsPerSecond(), route.clientRequestsPerSecond());
  }

  /** Whether it has the limits of this route. */
  public boolean fits(Route route) {
    return maxInFlight == route.maxInFlight()
        && perSecond == route.requestsPerSecond()
        && clientPerSecond == route.clientRequestsPerSecond();
  }

  /** Lets a request in or not. One that passes is followed by {@link #leave}. */
  public Verdict enter(int client, long nowNs) {
    if (clients.isPresent() && !clients.get().take(client, nowNs)) {
      return Verdict.TOO_MANY_OF_A_CLIENT;
    }
    if (all.isPresent() && !all.get().take(0, nowNs)) {
      return Verdict.TOO_MANY_A_SECOND;
    }
    if (maxInFlight > 0 && inFlight.incrementAndGet() > maxInFlight) {
      inFlight.decrementAndGet();
      return Verdict.TOO_MANY_AT_ONCE;
    }
    return Verdict.PASSES;
  }

  public void leave() {
    if (maxInFlight > 0) {
      inFlight.decrementAndGet();
    }
  }
}
