package io.hawser.storage.operate;

import io.hawser.model.StorageMessage;
import io.hawser.model.StorageMessage.Content;
import io.hawser.model.StorageMessage.GetLease;
import io.hawser.model.StorageMessage.LeaseFound;
import io.hawser.storage.core.Reads.AttachedLease;
import io.hawser.storage.group.GroupHost;
import io.hawser.storage.node.Asking;
import io.hawser.storage.node.Replicas;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * Ends the keys of data groups that live with a lease, once {@code meta} says that the lease is
 * over: asked of its leader, as a replica that lags may not know of the lease yet. Owned by the
 * verticle.
 */
public final class AttachedKeys {
  private static final Duration TIMEOUT = Duration.ofMillis(1_500);

  private record Watched(String group, AttachedLease lease) {}

  private final Replicas replicas;
  private final Asking asking;
  private final Set<Watched> underWay = new HashSet<>();

  public AttachedKeys(Replicas replicas, Asking asking) {
    this.replicas = replicas;
    this.asking = asking;
  }

  public void look() {
    for (GroupHost host : replicas.hosts()) {
      for (AttachedLease lease : host.attached()) {
        Watched watched = new Watched(host.group(), lease);
        if (underWay.add(watched)) {
          Future<?> unused =
              asking
                  .leader(StorageMessage.META, new GetLease(lease.lease()), TIMEOUT)
                  .compose(content -> judge(host, lease, content))
                  .onComplete(done -> underWay.remove(watched));
        }
      }
    }
  }

  private static Future<?> judge(GroupHost host, AttachedLease lease, Content content) {
    boolean over =
        content instanceof LeaseFound found
            && found.lease().filter(l -> l.epoch() <= lease.epoch()).isEmpty();
    return over ? host.ended(lease) : Future.succeededFuture();
  }
}
