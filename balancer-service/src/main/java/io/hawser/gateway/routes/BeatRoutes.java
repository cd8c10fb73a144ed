package io.hawser.gateway.routes;

import io.hawser.bus.client.RegistryClient;
import io.hawser.gateway.core.BeatBatch;
import io.hawser.gateway.core.Traffic;
import io.hawser.gateway.http.Answer;
import io.hawser.gateway.http.Call;
import io.hawser.gateway.http.Endpoints;
import io.hawser.gateway.http.Outcomes;
import io.hawser.gateway.input.BeatInput;
import io.hawser.gateway.json.Problem;
import io.hawser.model.Facet.Registration;
import io.hawser.model.Facet.Role;
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
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes in signs of life and passes them on in batches. Whether the registry has seen a beat is not
 * known when it is answered, and the next one follows soon; but while no registry node is reached
 * that could decide anything, beats are passed on all the same and answered with 503, so that the
 * client tries another gateway.
 *
 * <p>Answers from this node's own catalog; before it tells a client to stop or to register again,
 * it asks a registry node, as what it knows may be old.
 */
final class BeatRoutes {
  private static final Logger log = LoggerFactory.getLogger(BeatRoutes.class);

  /** How long a beat may wait for others. */
  private static final long BATCH_MS = 50;

  /** How long a load report may wait for others: balancers use it for a minute. */
  private static final long LOADS_MS = 1_000;

  /** For how long the instance may take itself for the active one, from when it sent the beat. */
  private static final String TERM = "Hawser-Term-Ms";

  /** The epoch of its role: the token for writes that are to be refused once it has lost it. */
  private static final String EPOCH = "Hawser-Role-Epoch";

  /** A silence of the registry that is no accident. */
  static final long REACH_MS = 3_000;

  /** The most instances that a registry node is asked about at once. */
  private static final int QUESTIONS = 1_000;

  /** A beat, and whose it says it is. */
  private record Claim(InstanceKey key, BeatInput input) {}

  private final ServiceContext context;
  private final RegistryClient registry;
  private final BeatBatch batch = new BeatBatch();
  private final BeatBatch loads = new BeatBatch();
  private long reachedNs;

  BeatRoutes(ServiceContext context, RegistryClient registry) {
    this.context = context;
    this.registry = registry;
    this.reachedNs = context.time().nowNs();
  }

  void addTo(Endpoints endpoints) {
    endpoints.on("beat", this::beat);
    endpoints.on("beatMany", this::beats);
    long unused = context.vertx().setPeriodic(RegistryClient.KEEPALIVE_MS, id -> alive());
  }

  private void alive() {
    registry
        .alive()
        .onSuccess(
            reached -> {
              if (reached) {
                reachedNs = context.time().nowNs();
              }
            })
        .onFailure(e -> log.warn("registry not told that this gateway is there", e));
  }

  private boolean reaches() {
    return context.time().nowNs() - reachedNs < TimeUnit.MILLISECONDS.toNanos(REACH_MS);
  }

  private Future<Answer> beat(Call call) {
    BeatInput input = call.readIfAny(BeatInput.ONE).orElse(BeatInput.EMPTY);
    InstanceKey key = call.instance();
    return take(List.of(new Claim(key, input)))
        .map(
            problems -> {
              if (problems.getFirst().isPresent()) {
                throw problems.getFirst().get();
              }
              Traffic traffic = Now.traffic(context);
              return traffic.exclusive(key.service())
                  ? new Answer.Whole(204, termHeaders(key, traffic), Optional.empty())
                  : Answer.noContent();
            });
  }

  /** An instance of an exclusive service learns so whether it is the active one, and how long. */
  private Map<String, String> termHeaders(InstanceKey key, Traffic traffic) {
    Map<String, String> headers = new LinkedHashMap<>();
    long termMs = traffic.termMs(key);
    headers.put(TERM, Long.toString(termMs));
    token(key, termMs).ifPresent(epoch -> headers.put(EPOCH, Long.toString(epoch)));
    return headers;
  }

  /**
   * What the active one shows to be it. Nobody else learns of the epoch under which it was
   * relieved: a client that took that for its token would pass for its successor.
   */
  private Optional<Long> token(InstanceKey key, long termMs) {
    return context
        .catalog()
        .get(FacetKey.of(Kind.ROLE, key), RoleRecord.class)
        .filter(record -> termMs > 0 && record.role() == Role.ACTIVE)
        .map(record -> record.epoch().value());
  }

  private Map<String, Object> term(InstanceKey key, Traffic traffic) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("service", key.service());
    json.put("id", key.id());
    long termMs = traffic.termMs(key);
    json.put("termMs", termMs);
    token(key, termMs).ifPresent(epoch -> json.put("epoch", epoch));
    return json;
  }

  private Future<Answer> beats(Call call) {
    List<Claim> claims =
        call.read(BeatInput.MANY).stream()
            .map(input -> new Claim(new InstanceKey(input.service(), input.id()), input))
            .toList();
    return take(claims).map(problems -> Answer.ok(report(claims, problems)));
  }

  private Map<String, Object> report(List<Claim> claims, List<Optional<Problem>> problems) {
    List<Map<String, Object>> refused = new ArrayList<>();
    List<Map<String, Object>> terms = new ArrayList<>();
    Traffic traffic = Now.traffic(context);
    for (int i = 0; i < claims.size(); i++) {
      InstanceKey key = claims.get(i).key();
      Optional<Problem> refusal = problems.get(i);
      refusal.ifPresent(problem -> refused.add(refusal(key, problem)));
      if (refusal.isEmpty() && traffic.exclusive(key.service())) {
        terms.add(term(key, traffic));
      }
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("accepted", claims.size() - refused.size());
    json.put("refused", refused);
    json.put("terms", terms);
    return json;
  }

  private static Map<String, Object> refusal(InstanceKey key, Problem problem) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("service", key.service());
    json.put("id", key.id());
    json.put("status", problem.status());
    json.put("code", problem.code());
    return json;
  }

  /** Puts beats into the batch, or says why not, in their order. */
  private Future<List<Optional<Problem>>> take(List<Claim> claims) {
    List<InstanceKey> doubtful =
        claims.stream()
            .filter(claim -> problem(claim).filter(BeatRoutes::mayBeOld).isPresent())
            .map(Claim::key)
            .distinct()
            .limit(QUESTIONS)
            .toList();
    Future<Boolean> asked =
        doubtful.isEmpty() ? Future.succeededFuture(true) : registry.lookUp(doubtful);
    return asked.map(
        answered -> {
          Set<InstanceKey> known = answered ? Set.copyOf(doubtful) : Set.of();
          return claims.stream().map(claim -> take(claim, known)).toList();
        });
  }

  private static boolean mayBeOld(Problem problem) {
    return problem.status() != 400;
  }

  private Optional<Problem> take(Claim claim, Set<InstanceKey> known) {
    Optional<Problem> problem = problem(claim);
    boolean certain = known.contains(claim.key()) && reaches();
    if (problem.isPresent() && (certain || !mayBeOld(problem.get()))) {
      return problem;
    }
    Optional<String> incarnation = claim.input().incarnation().or(() -> registered(claim.key()));
    incarnation.ifPresent(i -> add(new Beat(claim.key(), i, claim.input().load())));
    return problem.isEmpty() && reaches() ? Optional.empty() : Optional.of(unreached());
  }

  private static Problem unreached() {
    return Outcomes.unavailable(
        "registry-unreachable",
        "this gateway reaches no registry node that hears a majority of the others; the beat is"
            + " passed on if it can be; use another gateway");
  }

  private Optional<Registration> registration(InstanceKey key) {
    return context.catalog().get(FacetKey.of(Kind.REGISTRATION, key), Registration.class);
  }

  private Optional<String> registered(InstanceKey key) {
    return registration(key).map(Registration::incarnation);
  }

  /** What is wrong with a beat, as far as this node knows. */
  private Optional<Problem> problem(Claim claim) {
    Optional<Registration> registration = registration(claim.key());
    if (registration.isEmpty()) {
      return Optional.of(InstanceRoutes.unknown(claim.key()));
    }
    String registered = registration.get().incarnation();
    Optional<String> named = claim.input().incarnation();
    if (named.isEmpty()) {
      return explicit(registration.get())
          ? Optional.of(nameless(claim.key(), registered))
          : Optional.empty();
    }
    return named.get().equals(registered)
        ? Optional.empty()
        : Optional.of(replaced(claim.key(), registered));
  }

  /** Whether the client gave it, and so knows it. */
  private static boolean explicit(Registration registration) {
    return !registration.incarnation().equals(registration.host() + ":" + registration.port());
  }

  private static Problem nameless(InstanceKey key, String registered) {
    return Problem.of(
        400,
        "incarnation-required",
        key
            + " was registered with an incarnation, '"
            + registered
            + "'; say your own in each beat, so that nobody else's beat is taken for it");
  }

  private static Problem replaced(InstanceKey key, String registered) {
    return Problem.of(
        409,
        "instance-replaced",
        key + " is registered as incarnation '" + registered + "'; stop, or take another id");
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
