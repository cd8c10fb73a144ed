package io.hawser.balancer;

import io.hawser.balancer.core.AffinityTokens;
import io.hawser.node.SettingKey;
import io.hawser.service.ServiceContext;
import io.hawser.service.ServiceModule;
import io.vertx.core.DeploymentOptions;
import java.util.List;

/**
 * The role {@code balancer}: one verticle for the routing table, one per event loop for the
 * traffic.
 */
public final class BalancerModule implements ServiceModule {
  static final String ROLE = "balancer";

  @Override
  public String role() {
    return ROLE;
  }

  @Override
  public List<SettingKey<?>> settings() {
    return BalancerSettings.all();
  }

  @Override
  public boolean servesClients() {
    return true;
  }

  @Override
  public List<Deployment> deployments(ServiceContext context) {
    int loops = Runtime.getRuntime().availableProcessors();
    return deployments(new BalancerNode(context, loops), loops);
  }

  static List<Deployment> deployments(BalancerNode node, int loops) {
    ServiceContext context = node.context();
    AffinityTokens tokens = new AffinityTokens(BalancerSettings.affinitySecret(context.settings()));
    context.readiness().waiting(ROLE, "for the routing table and " + loops + " listeners");
    return List.of(
        Deployment.one(() -> new TableVerticle(node, tokens)),
        new Deployment(() -> new ProxyVerticle(node), new DeploymentOptions().setInstances(loops)));
  }
}
