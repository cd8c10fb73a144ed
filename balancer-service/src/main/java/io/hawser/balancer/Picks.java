package io.hawser.balancer;

import io.hawser.balancer.core.Chooser;
import io.hawser.balancer.core.RoutingTable;
import io.hawser.balancer.core.Target;
import io.hawser.balancer.plane.BalancerNode;
import io.hawser.balancer.plane.BalancerSettings;
import io.hawser.catalog.Refused;
import io.hawser.model.BalancerMessage.AskPick;
import io.hawser.model.BalancerMessage.Picked;
import io.hawser.model.Rendezvous;
import io.hawser.model.RoleTerm;
import io.hawser.node.NodeSettings;
import io.hawser.node.Settings;
import io.vertx.core.Future;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Chooses instances for clients that connect by themselves, by what this node's balancer knows of
 * them: what is at work, how fast they answer, who is ejected. Owned by one verticle.
 */
final class Picks {
  private final BalancerNode node;
  private final RandomGenerator random = new SplittableRandom();
  private final Chooser chooser;

  Picks(BalancerNode node) {
    this.node = node;
    Settings settings = node.context().settings();
    boolean near = settings.get(BalancerSettings.PREFER_ZONE);
    this.chooser = new Chooser(random, near ? settings.get(NodeSettings.ZONE) : "", false);
  }

  Future<Picked> pick(AskPick request) {
    RoutingTable table = node.table();
    chooser.retain(table);
    String service = request.service();
    Target target =
        table
            .of(service, request.strategy())
            .orElseThrow(
                () -> new Refused("unknown-service", "no service has the name '" + service + "'"));
    long nowNs = node.context().time().nowNs();
    long key = request.key().isEmpty() ? random.nextLong() : Rendezvous.hash(request.key());
    return chooser
        .choose(target, "", key, List.of(), nowNs)
        .map(endpoint -> Future.succeededFuture(new Picked(endpoint.key())))
        .orElseThrow(() -> nobody(target, nowNs));
  }

  private static Refused nobody(Target target, long nowNs) {
    String service = target.pool().service();
    return target.lapsed(nowNs)
        ? new Refused(RoleTerm.UNCONFIRMED, RoleTerm.unconfirmed(service))
        : new Refused("no-instance", service + " has " + target.pool().census());
  }
}
