package io.hawser.gateway.routes;

import io.hawser.bus.client.CatalogReplica;
import io.hawser.bus.client.RegistryClient;
import io.hawser.catalog.InstanceView;
import io.hawser.gateway.core.InstanceJson;
import io.hawser.gateway.core.ServiceJson;
import io.hawser.gateway.core.Traffic;
import io.hawser.gateway.http.Answer;
import io.hawser.gateway.http.Call;
import io.hawser.gateway.http.Endpoints;
import io.hawser.gateway.http.Outcomes;
import io.hawser.gateway.input.RegistrationInput;
import io.hawser.gateway.json.Problem;
import io.hawser.model.DetectionMessage.Explanation;
import io.hawser.model.Facet.Backup;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.InstanceKey;
import io.hawser.model.Outcome;
import io.hawser.model.RegistryMessage.Registered;
import io.hawser.service.ServiceContext;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Services and their instances: register, list, look at, deregister. */
final class InstanceRoutes {
  private final ServiceContext context;
  private final CatalogReplica catalog;
  private final RegistryClient registry;
  private final InstanceLists lists;

  InstanceRoutes(ServiceContext context, RegistryClient registry) {
    this.context = context;
    this.catalog = context.catalog();
    this.registry = registry;
    this.lists = new InstanceLists(context, InstanceLists.MAX_WAITERS);
  }

  void addTo(Endpoints endpoints) {
    endpoints.on("listServices", this::services);
    endpoints.on("listInstances", this::list);
    endpoints.on("registerInstance", this::register);
    endpoints.on("getInstance", this::get);
    endpoints.on("deregisterInstance", this::deregister);
    endpoints.on("getHealth", this::health);
  }

  private Future<Answer> services(Call call) {
    Traffic traffic = Now.traffic(context);
    TreeSet<String> names = new TreeSet<>(catalog.services());
    Map<FacetKey, Backup> backups = catalog.all(Kind.BACKUP, Backup.class);
    backups.keySet().forEach(key -> names.add(key.scope()));
    List<Map<String, Object>> services =
        names.stream()
            .map(name -> ServiceJson.of(catalog.service(name), backupsOf(name, backups), traffic))
            .toList();
    return Future.succeededFuture(Answer.ok(services));
  }

  private static int backupsOf(String service, Map<FacetKey, Backup> backups) {
    return (int) backups.keySet().stream().filter(key -> key.scope().equals(service)).count();
  }

  private Future<Answer> list(Call call) {
    return lists.answer(call.name("service"), call.query());
  }

  private Future<Answer> register(Call call) {
    InstanceKey key = call.instance();
    boolean replace = call.query().flag("replace");
    var registration = call.read(RegistrationInput.shape(context.time().wallMs()));
    requireRegistry();
    return registry.register(key, registration, replace).map(outcome -> registered(key, outcome));
  }

  private Answer registered(InstanceKey key, Outcome<Registered> outcome) {
    Registered registered = Outcomes.value("the registration", outcome);
    return Answer.stored(registered.created(), InstanceJson.of(require(key), Now.traffic(context)));
  }

  private Future<Answer> deregister(Call call) {
    InstanceKey key = call.instance();
    requireRegistry();
    return registry
        .deregister(key)
        .map(
            outcome -> {
              Registered unused = Outcomes.value("the deregistration", outcome);
              return Answer.noContent();
            });
  }

  private Future<Answer> get(Call call) {
    return Future.succeededFuture(
        Answer.ok(InstanceJson.of(require(call.instance()), Now.traffic(context))));
  }

  private Future<Answer> health(Call call) {
    InstanceKey key = call.instance();
    InstanceView view = require(key);
    return registry
        .explain(key)
        .map(
            outcome -> {
              // The verdict is known in any case; its reasons only to those who observe it.
              var json = InstanceJson.health(view, Now.traffic(context));
              if (outcome instanceof Outcome.Ok<Explanation> ok) {
                InstanceJson.explain(json, ok.value());
              }
              return Answer.ok(json);
            });
  }

  private InstanceView require(InstanceKey key) {
    return catalog.instance(key).orElseThrow(() -> unknown(key));
  }

  static Problem unknown(InstanceKey key) {
    return Problem.of(
        404, "unknown-instance", "there is no instance " + key + "; register it with PUT");
  }

  private void requireRegistry() {
    if (context.members().liveWith(RegistryClient.ROLE).isEmpty()) {
      throw Outcomes.unavailable(
          "no-registry", "no live node has the role " + RegistryClient.ROLE + "; nothing was done");
    }
  }
}
