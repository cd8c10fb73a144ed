package io.hawser.gateway.routes;

import io.hawser.bus.client.RegistryClient;
import io.hawser.gateway.core.BeatBatch;
import io.hawser.gateway.core.Traffic;
import io.hawser.gateway.http.Answer;
import io.hawser.gateway.http.Call;
import io.hawser.gateway.http.Endpoints;
import io.hawser.gateway.input.BeatInput;
import io.hawser.gateway.json.Problem;
import io.hawser.model.Facet.Registration;
import io.hawser.model.Facet.RoleRecord;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.InstanceKey;
import io.hawser.model.RegistryMessage.Beat;
import io.hawser.service.ServiceContext;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes in signs of life and passes them on in batches. Answers from this node's own catalog:
 * whether the registry has seen the beat is not known then, and the next one follows soon.
 */
final class BeatRoutes {
  /** How long a beat may wait for others. */
  private static final long BATCH_MS = 50;

  /** How long a load report may wait for others: balancers use it for a minute. */
  private static final long LOADS_MS = 1_000;

  /** For how long the instance may take itself for the active one, from when it sent the beat. */
  private static final String TERM = "Hawser-Term-Ms";

  /** The epoch of its role: the token for writes that are to be refused once it has lost it. */
  private static final String EPOCH = "Hawser-Role-Epoch";

  private final ServiceContext context;
  private final RegistryClient registry;
  private final BeatBatch batch = new BeatBatch();
  private final BeatBatch loads = new BeatBatch();

  BeatRoutes(ServiceContext context, RegistryClient registry) {
    this.context = context;
    this.registry = registry;
  }

  void addTo(Endpoints endpoints) {
    endpoints.on("beat", this::beat);
    endpoints.on("beatMany", this::beats);
    long unused = context.vertx().setPeriodic(RegistryClient.KEEPALIVE_MS, id -> registry.alive());
  }

  private Future<Answer> beat(Call call) {
    InstanceKey key = call.instance();
    BeatInput input = call.readIfAny(BeatInput.ONE).orElse(BeatInput.EMPTY);
    Optional<Problem> refusal = take(key, input);
    if (refusal.isPresent()) {
      throw refusal.get();
    }
    Traffic traffic = Now.traffic(context);
    return Future.succeededFuture(
        traffic.exclusive(key.service())
            ? new Answer.Whole(204, termHeaders(key, traffic), Optional.empty())
            : Answer.noContent());
  }

  /** An instance of an exclusive service learns so whether it is the active one, and how long. */
  private Map<String, String> termHeaders(InstanceKey key, Traffic traffic) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(TERM, Long.toString(traffic.termMs(key)));
    epoch(key).ifPresent(epoch -> headers.put(EPOCH, Long.toString(epoch)));
    return headers;
  }

  private Optional<Long> epoch(InstanceKey key) {
    return context
        .catalog()
        .get(FacetKey.of(Kind.ROLE, key), RoleRecord.class)
        .map(record -> record.epoch().value());
  }

  private Map<String, Object> term(InstanceKey key, Traffic traffic) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("service", key.service());
    json.put("id", key.id());
    json.put("termMs", traffic.termMs(key));
    epoch(key).ifPresent(epoch -> json.put("epoch", epoch));
    return json;
  }

  private Future<Answer> beats(Call call) {
    List<BeatInput> inputs = call.read(BeatInput.MANY);
    List<Map<String, Object>> refused = new ArrayList<>();
    List<Map<String, Object>> terms = new ArrayList<>();
    Traffic traffic = Now.traffic(context);
    for (BeatInput input : inputs) {
      InstanceKey key = new InstanceKey(input.service(), input.id());
      Optional<Problem> refusal = take(key, input);
      refusal.ifPresent(problem -> refused.add(refusal(key, problem)));
      if (refusal.isEmpty() && traffic.exclusive(key.service())) {
        terms.add(term(key, traffic));
      }
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("accepted", inputs.size() - refused.size());
    json.put("refused", refused);
    json.put("terms", terms);
    return Future.succeededFuture(Answer.ok(json));
  }

  private static Map<String, Object> refusal(InstanceKey key, Problem problem) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("service", key.service());
    json.put("id", key.id());
    json.put("status", problem.status());
    json.put("code", problem.code());
    return json;
  }

  /** Puts a beat into the batch, or says why not. */
  private Optional<Problem> take(InstanceKey key, BeatInput input) {
    Optional<Registration> registration =
        context.catalog().get(FacetKey.of(Kind.REGISTRATION, key), Registration.class);
    if (registration.isEmpty()) {
      return Optional.of(InstanceRoutes.unknown(key));
    }
    String registered = registration.get().incarnation();
    String incarnation = input.incarnation().orElse(registered);
    if (!incarnation.equals(registered)) {
      return Optional.of(
          Problem.of(
              409,
              "instance-replaced",
              key
                  + " is registered as incarnation '"
                  + registered
                  + "'; stop, or take another id"));
    }
    add(new Beat(key, incarnation, input.load()));
    return Optional.empty();
  }

  private void add(Beat beat) {
    if (batch.isEmpty()) {
      long unused = context.vertx().setTimer(BATCH_MS, id -> flush());
    }
    batch.add(beat);
    if (batch.full()) {
      flush();
    }
    if (beat.load().isPresent()) {
      addLoad(beat);
    }
  }

  private void addLoad(Beat beat) {
    if (loads.isEmpty()) {
      long unused = context.vertx().setTimer(LOADS_MS, id -> flushLoads());
    }
    loads.add(beat);
    if (loads.full()) {
      flushLoads();
    }
  }

  private void flushLoads() {
    if (!loads.isEmpty()) {
      registry.loads(loads.take());
    }
  }

  private void flush() {
    if (!batch.isEmpty()) {
      registry.beats(batch.take());
    }
  }
}
