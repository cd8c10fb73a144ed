package io.hawser.balancer.plane;

import io.hawser.node.Meters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The proxy's meters, looked up once for each service. Labels are service and class of status.
 * Thread-safe: the loops of a node share them.
 */
public final class ProxyMeters {
  /** The class of a request whose client went away before the end of its answer. */
  public static final int ABORTED = 0;

  private static final List<String> CLASSES = List.of("aborted", "1xx", "2xx", "3xx", "4xx", "5xx");

  /** What was asked for when nobody serves it. */
  private static final String NO_SERVICE = "";

  private record Service(List<Counter> requests, Timer seconds, Counter retries) {
    List<Meter> all() {
      List<Meter> all = new ArrayList<>(requests);
      all.add(seconds);
      all.add(retries);
      return all;
    }
  }

  private final Meters meters;
  private final Map<String, Service> services = new ConcurrentHashMap<>();

  public ProxyMeters(Meters meters) {
    this.meters = meters;
  }

  /**
   * @param status of the answer, or {@link #ABORTED}
   */
  public void request(String service, int status, long tookNs) {
    Service known = of(service);
    int codeClass = Math.min(CLASSES.size() - 1, status / 100);
    known.requests().get(codeClass).increment();
    known.seconds().record(tookNs, TimeUnit.NANOSECONDS);
  }

  public void retry(String service) {
    of(service).retries().increment();
  }

  /**
   * Drops the meters of what is no longer routed. A request that is then still under way brings
   * them back until the next call.
   */
  public void retain(Set<String> routed) {
    for (String service : List.copyOf(services.keySet())) {
      Service gone =
          routed.contains(service) || service.equals(NO_SERVICE) ? null : services.remove(service);
      if (gone != null) {
        gone.all().forEach(meters.registry()::remove);
      }
    }
  }

  private Service of(String service) {
    Service known = services.get(service);
    return known == null ? services.computeIfAbsent(service, this::register) : known;
  }

  private Service register(String service) {
    List<Counter> requests =
        CLASSES.stream()
            .map(c -> meters.counter(Meters.PROXY_REQUESTS, "service", service, "code", c))
            .toList();
    return new Service(
        requests,
        meters.registry().timer(Meters.PROXY_SECONDS, "service", service),
        meters.counter(Meters.PROXY_RETRIES, "service", service));
  }
}
