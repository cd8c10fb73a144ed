package io.hawser.gateway.routes;

import io.hawser.bus.client.CatalogReplica;
import io.hawser.catalog.InstanceView;
import io.hawser.gateway.core.InstanceJson;
import io.hawser.gateway.core.Query;
import io.hawser.gateway.core.Traffic;
import io.hawser.gateway.core.Waiters;
import io.hawser.gateway.core.Waiters.Waiter;
import io.hawser.gateway.http.Answer;
import io.hawser.gateway.json.Problem;
import io.hawser.gateway.json.Text;
import io.hawser.model.Entry;
import io.hawser.node.Meters;
import io.hawser.service.ServiceContext;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.Json;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The instances of a service: at once, or, for who names the state that it knows, as soon as that
 * is no longer the state. Soft state, on the event loop of the API server.
 */
final class InstanceLists {
  private static final Logger log = LoggerFactory.getLogger(InstanceLists.class);

  /** The most that wait at one node. */
  static final int MAX_WAITERS = 20_000;

  private static final String INDEX = "X-Hawser-Index";
  private static final int MAX_TAG = 128;
  private static final int MAX_INDEX = 256;

  /** How much later than asked a wait may end. */
  private static final long SWEEP_MS = 100;

  /** Which instances a list has. */
  private enum HealthFilter {
    PASSING,
    ANY
  }

  private record Filter(HealthFilter health, Optional<String> tag, Optional<String> zone) {
    boolean takes(InstanceView instance, Traffic traffic) {
      return (health == HealthFilter.ANY || traffic.mayGoTo(instance))
          && (tag.isEmpty() || instance.registration().tags().contains(tag.get()))
          && (zone.isEmpty() || instance.registration().zone().equals(zone.get()));
    }
  }

  private record Parked(HttpServerRequest request, Filter filter) {}

  private final ServiceContext context;
  private final CatalogReplica catalog;
  private final Waiters<Parked> waiters;
  private boolean sweeping;

  InstanceLists(ServiceContext context, int maxWaiters) {
    this.context = context;
    this.catalog = context.catalog();
    this.waiters = new Waiters<>(maxWaiters);
    catalog.onChange(this::onChange);
    context.meters().gauge(Meters.API_WAITERS, waiters::size);
  }

  /**
   * @param query may have {@code health}, {@code tag}, {@code zone}, {@code index} and {@code wait}
   */
  Future<Answer> answer(String service, Query query) {
    Filter filter =
        new Filter(
            query.word("health", HealthFilter.class).orElse(HealthFilter.PASSING),
            query.text("tag", Text.plain(MAX_TAG)),
            query.text("zone", Text.NAME));
    Optional<String> known = query.text("index", Text.plain(MAX_INDEX));
    long waitMs = query.waitMs();
    CatalogReplica.Indexed present = catalog.indexed(service);
    if (known.isEmpty() || !known.get().equals(present.index()) || waitMs == 0) {
      return Future.succeededFuture(Answer.okWith(INDEX, present.index(), list(present, filter)));
    }
    if (waiters.full()) {
      throw Problem.of(
              429,
              "too-many-waits",
              "as many requests as this node takes wait for changes; use another node")
          .with("Retry-After", "1");
    }
    return Future.succeededFuture(
        new Answer.Stream(
            request -> park(service, known.get(), waitMs, new Parked(request, filter))));
  }

  private List<Map<String, @Nullable Object>> list(CatalogReplica.Indexed indexed, Filter filter) {
    Traffic traffic = Now.traffic(context);
    return indexed.view().instances().stream()
        .filter(instance -> filter.takes(instance, traffic))
        .map(instance -> InstanceJson.of(instance, traffic))
        .toList();
  }

  // ---- waiting

  private void park(String service, String known, long waitMs, Parked parked) {
    long deadlineNs = context.time().nowNs() + TimeUnit.MILLISECONDS.toNanos(waitMs);
    Waiter<Parked> waiter = waiters.add(service, known, deadlineNs, parked);
    HttpServerRequest request = parked.request();
    request.response().closeHandler(v -> leave(waiter));
    // Without this a stop of the server would wait for it.
    request.connection().shutdownHandler(v -> end(waiter));
    // The state may have changed since it was compared.
    end(waiters.changed(service, catalog.index(service)));
    sweepLater();
  }

  private void leave(Waiter<Parked> waiter) {
    boolean unused = waiters.remove(waiter);
  }

  private void end(Waiter<Parked> waiter) {
    if (waiters.remove(waiter)) {
      end(List.of(waiter));
    }
  }

  private void onChange(List<Entry> changed) {
    if (waiters.size() == 0) {
      return;
    }
    Set<String> touched = new HashSet<>();
    changed.forEach(entry -> touched.add(entry.key().scope()));
    touched.forEach(service -> end(waiters.changed(service, catalog.index(service))));
  }

  private void sweepLater() {
    if (!sweeping && waiters.size() > 0) {
      sweeping = true;
      long unused = context.vertx().setTimer(SWEEP_MS, id -> sweep());
    }
  }

  private void sweep() {
    sweeping = false;
    end(waiters.expired(context.time().nowNs()));
    sweepLater();
  }

  /** Answers them with the present state. Those who ask for the same get the same bytes. */
  private void end(List<Waiter<Parked>> ended) {
    record Asked(String service, Filter filter) {}
    Map<String, CatalogReplica.Indexed> states = new HashMap<>();
    Map<Asked, Buffer> bodies = new HashMap<>();
    for (Waiter<Parked> waiter : ended) {
      Filter filter = waiter.target().filter();
      CatalogReplica.Indexed state = states.computeIfAbsent(waiter.service(), catalog::indexed);
      Buffer body =
          bodies.computeIfAbsent(
              new Asked(waiter.service(), filter),
              asked -> Json.encodeToBuffer(list(state, filter)));
      write(waiter.target().request().response(), state.index(), body);
    }
  }

  private static void write(HttpServerResponse response, String index, Buffer body) {
    if (!response.closed() && !response.ended()) {
      response
          .putHeader("Content-Type", "application/json")
          .putHeader(INDEX, index)
          .end(body)
          .onFailure(e -> log.debug("answer not sent cause={}", e.toString()));
    }
  }
}
