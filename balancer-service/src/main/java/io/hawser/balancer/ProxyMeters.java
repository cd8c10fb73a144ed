package io.hawser.balancer;

import io.hawser.node.Meters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The proxy's meters, looked up once for each service. Labels are service and class of status.
 * Owned by one event loop.
 */
final class ProxyMeters {
  /** The class of a request whose client went away before the end of its answer. */
  static final int ABORTED = 0;

  private static final List<String> CLASSES = List.of("aborted", "1xx", "2xx", "3xx", "4xx", "5xx");

  private record Service(List<Counter> requests, Timer seconds) {}

  private final Meters meters;
  private final Map<String, Service> services = new HashMap<>();

  ProxyMeters(Meters meters) {
    this.meters = meters;
  }

  /**
   * @param status of the answer, or {@link #ABORTED}
   */
  void request(String service, int status, long tookNs) {
    Service known = services.computeIfAbsent(service, this::register);
    int codeClass = Math.min(CLASSES.size() - 1, status / 100);
    known.requests().get(codeClass).increment();
    known.seconds().record(tookNs, TimeUnit.NANOSECONDS);
  }

  void retry(String service) {
    meters.counter(Meters.PROXY_RETRIES, "service", service).increment();
  }

  /** Drops what is no longer routed; the counters themselves stay in the registry. */
  void retain(Set<String> routed) {
    services.keySet().retainAll(routed);
  }

  private Service register(String service) {
    List<Counter> requests =
        CLASSES.stream()
            .map(c -> meters.counter(Meters.PROXY_REQUESTS, "service", service, "code", c))
            .toList();
    return new Service(requests, meters.registry().timer(Meters.PROXY_SECONDS, "service", service));
  }
}
