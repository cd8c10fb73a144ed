package io.hawser.monitor;

import io.hawser.bus.client.MonitorClient;
import io.hawser.node.SettingKey;
import io.hawser.service.ServiceContext;
import io.hawser.service.ServiceModule;
import java.util.List;

/**
 * The role {@code monitor}: one verticle keeps metrics, another evaluates the rules and notifies.
 */
public final class MonitorModule implements ServiceModule {
  @Override
  public String role() {
    return MonitorClient.ROLE;
  }

  @Override
  public List<SettingKey<?>> settings() {
    return MonitorSettings.all();
  }

  @Override
  public List<Deployment> deployments(ServiceContext context) {
    context.readiness().waiting(role(), "the verticles are being deployed");
    return List.of(
        Deployment.one(() -> new MetricsVerticle(context)),
        Deployment.one(() -> new RulesVerticle(context)));
  }
}
