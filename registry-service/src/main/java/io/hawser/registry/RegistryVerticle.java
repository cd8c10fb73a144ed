package io.hawser.registry;

import io.hawser.bus.Addresses;
import io.hawser.bus.client.CatalogReplica;
import io.hawser.bus.client.RegistryClient;
import io.hawser.catalog.InstanceView;
import io.hawser.catalog.Refused;
import io.hawser.model.DetectionMessage.AskRegistry;
import io.hawser.model.DetectionMessage.Explain;
import io.hawser.model.DetectionMessage.Explanation;
import io.hawser.model.DetectionMessage.ForgetNode;
import io.hawser.model.DetectionMessage.Forgotten;
import io.hawser.model.DetectionMessage.Opinion;
import io.hawser.model.DetectionMessage.Opinions;
import io.hawser.model.DetectionMessage.RegistryState;
import io.hawser.model.Entry;
import io.hawser.model.Facet.Health;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.InstanceKey;
import io.hawser.model.NodeId;
import io.hawser.model.NodeMessage.Ack;
import io.hawser.model.Outcome;
import io.hawser.model.RegistryMessage.Beat;
import io.hawser.model.RegistryMessage.Beats;
import io.hawser.model.RegistryMessage.BeatsTaken;
import io.hawser.model.RegistryMessage.Complaint;
import io.hawser.registry.core.CheckRun;
import io.hawser.registry.core.Detector;
import io.hawser.registry.core.Effect;
import io.hawser.registry.core.Now;
import io.hawser.registry.core.admission.Admission;
import io.hawser.service.ServiceContext;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Connects the detector to the bus, the catalog and the checks. On one event loop. */
final class RegistryVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(RegistryVerticle.class);

  /** How often the gauges are set. */
  private static final long CENSUS_MS = 2_000;

  /** Opinions in one message. */
  private static final int MAX_OPINIONS = 500;

  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  private static final Set<Kind> OF_INTEREST =
      Set.of(Kind.REGISTRATION, Kind.VERDICT, Kind.MAINTENANCE);

  private final ServiceContext services;
  private final CatalogReplica catalog;
  private final NodeId self;
  private final Registrar registrar;
  private final RegistryClient relay;
  private final Detector detector;
  private final DetectionMeters meters;
  private @Nullable Sweep sweep;
  private @Nullable CheckRunner checks;
  private @Nullable QuorumRoster roster;

  RegistryVerticle(ServiceContext services) {
    this.services = services;
    this.catalog = services.catalog();
    this.self = services.members().self().id();
    this.registrar = new Registrar(services);
    this.relay = new RegistryClient(services.bus(), services.members(), catalog);
    this.detector =
        new Detector(
            self, services.settings().get(RegistryModule.EVICT_AFTER_MS), this::othersPass, now());
    this.meters = new DetectionMeters(services.meters());
  }

  @Override
  public Future<?> start() {
    checks = new CheckRunner(vertx);
    return QuorumRoster.open(vertx, services, this::cluster).compose(this::begin);
  }

  private Future<?> begin(QuorumRoster opened) {
    roster = opened;
    sweep = new Sweep(catalog, detector.watched(), this::found, this::lost);
    new Janitor(services).start(vertx);
    cluster();
    catalog.onChange(this::onCatalog);
    services.members().onChange(() -> context.runOnContext(v -> cluster()));
    vertx.setPeriodic(Detector.TICK_MS, id -> tick());
    vertx.setPeriodic(CENSUS_MS, id -> meters.census(detector.census()));
    return services
        .bus()
        .serve(Addresses.BEATS, self, this::onBeats)
        .compose(s -> services.bus().serve(Addresses.OPINIONS, self, this::onOpinions))
        .compose(s -> services.bus().serve(Addresses.EXPLAIN, self, this::onExplain))
        .compose(s -> services.bus().serve(Addresses.REGISTRY_STATE, self, this::onState))
        .compose(s -> services.bus().serve(Addresses.FORGET_REGISTRY, self, this::onForget))
        .compose(s -> services.bus().subscribe(Addresses.COMPLAINTS, this::onComplaint))
        .compose(s -> services.bus().serve(Addresses.REGISTER, self, registrar::register))
        .compose(s -> services.bus().serve(Addresses.DEREGISTER, self, registrar::deregister))
        .compose(s -> services.bus().serve(Addresses.LOOK_UP, self, registrar::lookUp))
        .onSuccess(s -> services.readiness().ready(RegistryClient.ROLE));
  }

  /** Says that this node leaves, so that quorums are counted without it. */
  @Override
  public Future<?> stop() {
    QuorumRoster known = roster;
    if (known == null) {
      return Future.succeededFuture();
    }
    return known
        .leave(services.time().wallMs())
        .compose(
            v ->
                Future.join(
                    services.members().liveWith(RegistryClient.ROLE).stream()
                        .filter(node -> !node.equals(self))
                        .map(node -> say(node, true, List.of()))
                        .toList()))
        .otherwiseEmpty();
  }

  // ---- input

  private void tick() {
    Now now = now();
    if (Objects.requireNonNull(sweep).step()) {
      detector.instances(sweep.total());
    }
    carryOut(detector.tick(now));
    meters.state(detector, now);
  }

  private Future<BeatsTaken> onBeats(Beats beats) {
    meters.beats(beats.beats().size());
    Now now = now();
    if (!RegistryClient.forwarded(beats)) {
      detector.relay(beats.relay(), beats.beats().isEmpty(), now);
    }
    Optional<NodeId> from = Optional.of(beats.relay());
    for (Beat beat : beats.beats()) {
      carryOut(detector.beat(beat.instance(), beat.incarnation(), from, now));
    }
    relay.forward(beats);
    return Future.succeededFuture(new BeatsTaken(detector.quorate(now)));
  }

  private Future<Ack> onOpinions(Opinions opinions) {
    if (Objects.requireNonNull(roster).merge(opinions.roster(), services.time().wallMs())) {
      cluster();
    }
    carryOut(detector.hear(opinions, now()));
    return Future.succeededFuture(new Ack());
  }

  private Future<Explanation> onExplain(Explain question) {
    return detector
        .explain(question.instance(), Objects.requireNonNull(roster).source(), now())
        .map(Future::succeededFuture)
        .orElseGet(
            () ->
                Future.failedFuture(
                    new Refused("not-an-observer", self + " does not observe this instance.")));
  }

  private Future<RegistryState> onState(AskRegistry question) {
    QuorumRoster known = Objects.requireNonNull(roster);
    return Future.succeededFuture(
        new RegistryState(
            self,
            List.copyOf(known.members()),
            known.source(),
            detector.quorate(now()),
            detector.distrusts(),
            detector.frozen(),
            detector.watched().size()));
  }

  private Future<Forgotten> onForget(ForgetNode order) {
    boolean known = Objects.requireNonNull(roster).forget(order.node());
    cluster();
    return Future.succeededFuture(new Forgotten(known));
  }

  private void onComplaint(Complaint complaint) {
    carryOut(
        detector.complaint(
            complaint.balancer(),
            complaint.instance(),
            complaint.incarnation(),
            complaint.reason(),
            now()));
  }

  private void onCatalog(List<Entry> changed) {
    for (Entry entry : changed) {
      Kind kind = entry.key().kind();
      if (OF_INTEREST.contains(kind)) {
        InstanceKey key = entry.key().instance();
        catalog.instance(key).ifPresentOrElse(this::found, () -> lost(key));
      }
    }
  }

  /** The membership or the roster has changed: the sweep finds what follows for each instance. */
  private void cluster() {
    QuorumRoster known = roster;
    if (known == null) {
      return;
    }
    Set<NodeId> members = known.members();
    meters.roster(members.size());
    detector.cluster(members, services.members().liveWith(RegistryClient.ROLE));
    Objects.requireNonNull(sweep).restart();
  }

  private void found(InstanceView view) {
    detector.judged(view.key(), Optional.of(view.health()), now());
    watch(view);
  }

  private void lost(InstanceKey key) {
    detector.judged(key, Optional.empty(), now());
    unwatch(key);
  }

  private void watch(InstanceView view) {
    carryOut(detector.watch(view, now()));
  }

  private void unwatch(InstanceKey key) {
    detector.unwatch(key);
  }

  private boolean othersPass(InstanceKey key) {
    return catalog.service(key.service()).instances().stream()
        .anyMatch(view -> !view.key().equals(key) && view.passing());
  }

  // ---- effects

  private void carryOut(List<Effect> effects) {
    for (Effect effect : effects) {
      switch (effect) {
        case Effect.Run run -> check(run.run());
        case Effect.Judge judge -> judge(judge);
        case Effect.Publish publish -> services.events().publish(publish.event());
        case Effect.Evict evict ->
            registrar
                .evict(evict.instance(), evict.incarnation())
                .onFailure(e -> log.error("eviction failed instance={}", evict.instance(), e));
        case Effect.Speak speak -> speak(speak);
        case Effect.Defect defect ->
            log.error(
                "instance not watched for now instance={}", defect.instance(), defect.cause());
      }
    }
  }

  private void speak(Effect.Speak speak) {
    List<Opinion> all = speak.opinions();
    for (int from = 0; from == 0 || from < all.size(); from += MAX_OPINIONS) {
      List<Opinion> part = all.subList(from, Math.min(from + MAX_OPINIONS, all.size()));
      say(speak.to(), speak.abstains(), part)
          .onFailure(e -> log.warn("opinions not sent node={}", speak.to(), e));
    }
  }

  /** Nobody waits for an answer: what is not heard is said again. */
  private Future<Outcome<Ack>> say(NodeId to, boolean abstains, List<Opinion> opinions) {
    Opinions said = new Opinions(self, abstains, opinions, Objects.requireNonNull(roster).marks());
    return services.bus().request(Addresses.OPINIONS, to, said, TIMEOUT);
  }

  private void check(CheckRun run) {
    Objects.requireNonNull(checks)
        .run(run)
        .onSuccess(
            result -> {
              meters.check(run, result);
              carryOut(detector.result(run, result, now()));
            })
        .onFailure(e -> log.error("check failed instance={}", run.instance(), e));
  }

  private void judge(Effect.Judge judge) {
    InstanceKey key = judge.instance();
    catalog
        .update(present -> Admission.judge(present, key, judge.from(), judge.verdict()))
        .onSuccess(
            written -> {
              if (!written.isEmpty()) {
                told(judge);
              }
            })
        .onFailure(e -> log.error("verdict not written instance={}", key, e))
        .onComplete(
            done ->
                context.runOnContext(
                    v -> {
                      detector.written(key);
                      catalog.instance(key).ifPresentOrElse(this::watch, () -> unwatch(key));
                    }));
  }

  private void told(Effect.Judge judge) {
    Health health = judge.verdict().health();
    log.info(
        "instance health changed service={} id={} from={} to={} reason=\"{}\"",
        judge.instance().service(),
        judge.instance().id(),
        DetectionMeters.label(judge.from()),
        DetectionMeters.label(health),
        judge.verdict().reason());
    meters.verdict(health);
    judge.events().forEach(services.events()::publish);
  }

  private Now now() {
    return new Now(services.time().nowNs(), services.time().wallMs());
  }
}
