package io.hawser.balancer.plane;

import io.hawser.node.Meters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/**
 * The proxy's meters, looked up once for each service. Labels are service and class of status.
 * Thread-safe: the loops of a node share them.
 */
public final class ProxyMeters {
  /** The class of a request whose client went away before the end of its answer. */
  public static final int ABORTED = 0;

  private static final List<String> CLASSES = List.of("aborted", "1xx", "2xx", "3xx", "4xx", "5xx");

  private static final Duration[] BUCKETS =
      LongStream.of(1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000)
          .mapToObj(Duration::ofMillis)
          .toArray(Duration[]::new);

  /** What was asked for when nobody serves it. */
  private static final String NO_SERVICE = "";

  private record Service(
      List<Counter> requests,
      Timer seconds,
      Counter retries,
      Counter overflows,
      Counter ejections) {
    List<Meter> all() {
      List<Meter> all = new ArrayList<>(requests);
      all.add(seconds);
      all.add(retries);
      all.add(overflows);
      all.add(ejections);
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

  /** A request that might have been sent again was not, because too many were. */
  public void retryOverflow(String service) {
    of(service).overflows().increment();
  }

  public void ejection(String service) {
    of(service).ejections().increment();
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
        Timer.builder(Meters.PROXY_SECONDS)
            .tag("service", service)
            .serviceLevelObjectives(BUCKETS)
            .register(meters.registry()),
        meters.counter(Meters.PROXY_RETRIES, "service", service),
        meters.counter(Meters.PROXY_RETRY_OVERFLOWS, "service", service),
        meters.counter(Meters.PROXY_EJECTIONS, "service", service));
  }
}
