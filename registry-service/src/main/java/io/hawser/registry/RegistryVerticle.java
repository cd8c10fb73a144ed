package io.hawser.registry;

import io.hawser.bus.Addresses;
import io.hawser.bus.client.CatalogReplica;
import io.hawser.bus.client.RegistryClient;
import io.hawser.catalog.InstanceView;
import io.hawser.model.Entry;
import io.hawser.model.Facet.Health;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.InstanceKey;
import io.hawser.model.NodeId;
import io.hawser.model.NodeMessage.Ack;
import io.hawser.model.RegistryMessage.Beat;
import io.hawser.model.RegistryMessage.Beats;
import io.hawser.model.RegistryMessage.Complaint;
import io.hawser.model.Rendezvous;
import io.hawser.node.Meters;
import io.hawser.registry.core.CheckRun;
import io.hawser.registry.core.CheckRun.Result;
import io.hawser.registry.core.Detector;
import io.hawser.registry.core.Effect;
import io.hawser.registry.core.Now;
import io.hawser.registry.core.admission.Admission;
import io.hawser.service.ServiceContext;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects the detector to the bus, the catalog and the checks. On one event loop. Of all instances
 * it watches those that rendezvous gives to this node among the live registry nodes.
 */
final class RegistryVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(RegistryVerticle.class);

  /** How often the watched instances are compared with the catalog, whatever changes were told. */
  private static final long RECONCILE_MS = 2_000;

  private static final Set<Kind> OF_INTEREST =
      Set.of(Kind.REGISTRATION, Kind.VERDICT, Kind.MAINTENANCE);

  private final ServiceContext services;
  private final CatalogReplica catalog;
  private final NodeId self;
  private final Registrar registrar;
  private final RegistryClient relay;
  private final Detector detector;
  private final Map<Health, AtomicInteger> census = new EnumMap<>(Health.class);
  private List<NodeId> registryNodes = List.of();
  private @Nullable CheckRunner checks;

  RegistryVerticle(ServiceContext services) {
    this.services = services;
    this.catalog = services.catalog();
    this.self = services.members().self().id();
    this.registrar = new Registrar(services);
    this.relay = new RegistryClient(services.bus(), services.members(), catalog);
    this.detector =
        new Detector(self, services.settings().get(RegistryModule.EVICT_AFTER_MS), now());
  }

  @Override
  public Future<?> start() {
    checks = new CheckRunner(vertx);
    for (Health health : Health.values()) {
      AtomicInteger count = new AtomicInteger();
      census.put(health, count);
      services.meters().gauge(Meters.INSTANCES, count::get, "health", label(health));
    }
    catalog.onChange(this::onCatalog);
    services.members().onChange(() -> context.runOnContext(v -> reconcile()));
    vertx.setPeriodic(Detector.TICK_MS, id -> carryOut(detector.tick(now())));
    vertx.setPeriodic(RECONCILE_MS, id -> reconcile());
    reconcile();
    return services
        .bus()
        .serve(Addresses.BEATS, self, this::onBeats)
        .compose(s -> services.bus().subscribe(Addresses.COMPLAINTS, this::onComplaint))
        .compose(s -> services.bus().serve(Addresses.REGISTER, self, registrar::register))
        .compose(s -> services.bus().serve(Addresses.DEREGISTER, self, registrar::deregister))
        .onSuccess(s -> services.readiness().ready(RegistryClient.ROLE));
  }

  // ---- input

  private Future<Ack> onBeats(Beats beats) {
    services.meters().counter(Meters.BEATS).increment(beats.beats().size());
    for (Beat beat : beats.beats()) {
      carryOut(detector.beat(beat.instance(), beat.incarnation(), now()));
    }
    relay.forward(beats);
    return Future.succeededFuture(new Ack());
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
      if (OF_INTEREST.contains(entry.key().kind())) {
        reconcile(entry.key().instance());
      }
    }
  }

  private void reconcile(InstanceKey key) {
    catalog
        .instance(key)
        .filter(this::mine)
        .ifPresentOrElse(
            view -> carryOut(detector.watch(view, now())), () -> detector.unwatch(key));
  }

  private void reconcile() {
    registryNodes = services.members().liveWith(RegistryClient.ROLE);
    Set<InstanceKey> gone = new HashSet<>(detector.watched());
    for (String service : catalog.services()) {
      for (InstanceView view : catalog.service(service).instances()) {
        if (mine(view)) {
          gone.remove(view.key());
          carryOut(detector.watch(view, now()));
        }
      }
    }
    gone.forEach(detector::unwatch);
    Map<Health, Integer> counts = detector.census();
    census.forEach((health, count) -> count.set(counts.getOrDefault(health, 0)));
  }

  private boolean mine(InstanceView view) {
    return Rendezvous.owner(view.key().toString(), registryNodes).filter(self::equals).isPresent();
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
        case Effect.Defect defect ->
            log.error(
                "instance not watched for now instance={}", defect.instance(), defect.cause());
      }
    }
  }

  private void check(CheckRun run) {
    Objects.requireNonNull(checks)
        .run(run)
        .onSuccess(
            result -> {
              count(run, result);
              carryOut(detector.result(run, result, now()));
            })
        .onFailure(e -> log.error("check failed instance={}", run.instance(), e));
  }

  private void count(CheckRun run, Result result) {
    String outcome =
        switch (result) {
          case Result.Pass ignored -> "pass";
          case Result.Fail ignored -> "fail";
          case Result.Refusal ignored -> "refused";
        };
    String type = run.spec().type().name().toLowerCase(Locale.ROOT);
    services.meters().counter(Meters.CHECKS, "type", type, "result", outcome).increment();
  }

  private void judge(Effect.Judge judge) {
    InstanceKey key = judge.instance();
    catalog
        .update(present -> Admission.judge(present, key, judge.verdict()))
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
                      reconcile(key);
                    }));
  }

  private void told(Effect.Judge judge) {
    Health health = judge.verdict().health();
    log.info(
        "instance health changed service={} id={} from={} to={} reason=\"{}\"",
        judge.instance().service(),
        judge.instance().id(),
        label(judge.from()),
        label(health),
        judge.verdict().reason());
    services.meters().counter(Meters.VERDICTS, "health", label(health)).increment();
    judge.events().forEach(services.events()::publish);
  }

  private Now now() {
    return new Now(services.time().nowNs(), services.time().wallMs());
  }

  private static String label(Health health) {
    return health.name().toLowerCase(Locale.ROOT);
  }
}
