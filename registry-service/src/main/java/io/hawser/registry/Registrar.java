package io.hawser.registry;

import io.hawser.bus.client.CatalogReplica;
import io.hawser.bus.client.Events;
import io.hawser.model.Entry;
import io.hawser.model.Event;
import io.hawser.model.Facet.Incident;
import io.hawser.model.Facet.Registration;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.InstanceKey;
import io.hawser.model.RegistryMessage.Deregister;
import io.hawser.model.RegistryMessage.Found;
import io.hawser.model.RegistryMessage.LookUp;
import io.hawser.model.RegistryMessage.Register;
import io.hawser.model.RegistryMessage.Registered;
import io.hawser.node.Time;
import io.hawser.registry.core.admission.Admission;
import io.hawser.registry.core.admission.Admission.Decision;
import io.hawser.registry.core.admission.Awaited;
import io.hawser.service.ServiceContext;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes instances in and lets them go. Of two registrations of one id that reach this node, the
 * second is decided on with the first in the catalog. Two that reach two nodes at once may both be
 * taken; then the later stamp stays, and the other's client learns it from its next beat. Who is
 * told that an instance is in, or gone, is told so when another node has it too, if one is there
 * and answers. Thread-safe.
 */
final class Registrar {
  private static final Logger log = LoggerFactory.getLogger(Registrar.class);

  private final CatalogReplica catalog;
  private final Events events;
  private final Time time;

  Registrar(ServiceContext context) {
    this.catalog = context.catalog();
    this.events = context.events();
    this.time = context.time();
  }

  Future<Registered> register(Register request) {
    AtomicReference<Decision> decided = new AtomicReference<>();
    return catalog
        .update(
            present -> {
              Decision decision = Admission.register(present, request, time.wallMs());
              decided.set(decision);
              return decision.writes();
            })
        .compose(
            written -> {
              boolean created = decided.get().created();
              if (created) {
                tellRegistered(request);
              }
              Registered done =
                  new Registered(created, written.isEmpty() ? present(request) : written);
              return created ? catalog.held(written).map(done) : Future.succeededFuture(done);
            });
  }

  private void tellRegistered(Register request) {
    InstanceKey key = request.instance();
    Registration registration = request.registration();
    log.info(
        "instance registered service={} id={} host={} port={} incarnation={}",
        key.service(),
        key.id(),
        registration.host(),
        registration.port(),
        registration.incarnation());
    events.publish(
        new Event.InstanceRegistered(
            key.service(), key.id(), registration.host(), registration.port()));
  }

  /** What was there already: the asker may not have it yet. */
  private List<Entry> present(Register request) {
    FacetKey key = FacetKey.of(Kind.REGISTRATION, request.instance());
    return catalog.entry(key).filter(entry -> !entry.deleted()).stream().toList();
  }

  /** How this node knows instances, for one that knows them otherwise. */
  Future<Found> lookUp(LookUp question) {
    return Future.succeededFuture(
        new Found(
            question.instances().stream()
                .flatMap(key -> catalog.entry(FacetKey.of(Kind.REGISTRATION, key)).stream())
                .toList()));
  }

  Future<Registered> deregister(Deregister request) {
    InstanceKey key = request.instance();
    return catalog
        .update(present -> Admission.deregister(present, key))
        .compose(
            written -> {
              removed(key, "client");
              return catalog.held(written).map(new Registered(false, written));
            });
  }

  /**
   * Removes an instance that is still down in this incarnation, unless the failover of its service
   * goes by it: whoever is gone is brought back by nobody, and nobody takes its place any more.
   */
  Future<Void> evict(InstanceKey key, String incarnation) {
    if (awaited(key)) {
      log.info("instance stays for its failover service={} id={}", key.service(), key.id());
      return Future.succeededFuture();
    }
    return catalog
        .update(present -> Admission.evict(present, key, incarnation))
        .map(
            written -> {
              if (!written.isEmpty()) {
                removed(key, "evicted");
              }
              return null;
            });
  }

  private boolean awaited(InstanceKey key) {
    return Awaited.is(
        catalog.service(key.service()),
        key.id(),
        catalog.all(Kind.INCIDENT, Incident.class).values());
  }

  private void removed(InstanceKey key, String reason) {
    log.info("instance removed service={} id={} reason={}", key.service(), key.id(), reason);
    events.publish(new Event.InstanceDeregistered(key.service(), key.id(), reason));
  }
}
