package io.hawser.balancer;

import io.hawser.balancer.core.AffinityTokens;
import io.hawser.balancer.plane.BalancerNode;
import io.hawser.balancer.plane.BalancerSettings;
import io.hawser.balancer.plane.OriginContexts;
import io.hawser.node.SettingKey;
import io.hawser.service.ServiceContext;
import io.hawser.service.ServiceModule;
import java.util.List;

/** The role {@code balancer}: one verticle for the routing table, one for the data plane. */
public final class BalancerModule implements ServiceModule {
  @Override
  public String role() {
    return BalancerNode.ROLE;
  }

  @Override
  public List<SettingKey<?>> settings() {
    return BalancerSettings.all();
  }

  @Override
  public boolean servesClients() {
    return true;
  }

  /** The first TLS context of a JVM takes long: its classes, and all authorities. */
  @Override
  public void prepare() {
    OriginContexts unused = new OriginContexts("");
  }

  @Override
  public List<Deployment> deployments(ServiceContext context) {
    return deployments(new BalancerNode(context));
  }

  static List<Deployment> deployments(BalancerNode node) {
    ServiceContext context = node.context();
    AffinityTokens tokens = new AffinityTokens(BalancerSettings.affinitySecret(context.settings()));
    context.readiness().waiting(BalancerNode.ROLE, "for the routing table and the listeners");
    return List.of(
        Deployment.one(() -> new TableVerticle(node, tokens)),
        Deployment.one(() -> new ProxyVerticle(node)));
  }
}
