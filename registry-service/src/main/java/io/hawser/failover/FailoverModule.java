package io.hawser.failover;

import io.hawser.bus.client.hard.HardState;
import io.hawser.bus.client.hard.HardState.Write;
import io.hawser.bus.client.storage.StorageClient;
import io.hawser.failover.driver.Hook;
import io.hawser.failover.process.Mandate;
import io.hawser.failover.process.RunEntry;
import io.hawser.failover.process.Template;
import io.hawser.model.Facet;
import io.hawser.model.FacetKey;
import io.hawser.node.SettingKey;
import io.hawser.service.ServiceContext;
import io.hawser.service.ServiceModule;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The role failover: the manager, which acts on one node at a time, and the process driver, which
 * serves on each.
 */
public final class FailoverModule implements ServiceModule {
  static final String ROLE = "failover";

  @Override
  public String role() {
    return ROLE;
  }

  @Override
  public List<SettingKey<?>> settings() {
    return FailoverSettings.all();
  }

  @Override
  public List<String> settingTrees() {
    return List.of(
        FailoverSettings.TEMPLATES,
        FailoverSettings.RUN,
        FailoverSettings.HOOKS,
        FailoverSettings.COMMANDS);
  }

  @Override
  public List<Deployment> deployments(ServiceContext context) {
    StorageClient client =
        new StorageClient(context.vertx(), context.bus(), context.members(), context.time());
    return deployments(
        context, connect(context, client), new LeaseMandate(client, context.meters()));
  }

  private static ManagerStore connect(ServiceContext context, StorageClient client) {
    HardState hard = new HardState(client, (revision, writes) -> show(context, writes));
    return new StoreUnderLease(
        hard, context.members().self().id(), context.settings().get(FailoverSettings.LEASE_MS));
  }

  private static Future<Void> show(ServiceContext context, List<Write> writes) {
    Map<FacetKey, Optional<Facet>> values = new HashMap<>();
    writes.forEach(write -> values.put(write.key(), write.value()));
    return context.catalog().update(catalog -> values).mapEmpty();
  }

  static List<Deployment> deployments(ServiceContext context, ManagerStore store, Mandate mandate) {
    context.readiness().waiting(ROLE, "its processes are started");
    Map<String, Template> templates =
        Template.read(context.settings().under(FailoverSettings.TEMPLATES));
    List<RunEntry> entries =
        RunEntry.read(context.settings().under(FailoverSettings.RUN), templates.keySet());
    Map<String, Hook> hooks = Hook.read(context.settings().under(FailoverSettings.HOOKS));
    Map<String, Template> commands =
        Template.read(
            FailoverSettings.COMMANDS, context.settings().under(FailoverSettings.COMMANDS));
    return List.of(
        Deployment.one(() -> new ProcessDriverVerticle(context, templates, entries, mandate)),
        Deployment.one(() -> new FailoverManagerVerticle(context, store, hooks, commands)));
  }
}
