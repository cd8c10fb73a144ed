package io.hawser.failover;

import io.hawser.bus.client.hard.HardStateReplica;
import io.hawser.failover.driver.Hook;
import io.hawser.failover.process.Mandate;
import io.hawser.failover.process.RunEntry;
import io.hawser.failover.process.Template;
import io.hawser.node.SettingKey;
import io.hawser.service.ServiceContext;
import io.hawser.service.ServiceModule;
import java.util.List;
import java.util.Map;

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
    HardStateReplica replica = context.hardState();
    ManagerStore store =
        new StoreUnderLease(
            context.vertx(),
            replica,
            context.members().self().id(),
            context.settings().get(FailoverSettings.LEASE_MS));
    return deployments(context, store, new LeaseMandate(context, LeaseMandate.PATIENCE_MS));
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
