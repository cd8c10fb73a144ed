package io.hawser.storage.operate;

import io.hawser.model.StorageMessage;
import io.hawser.model.StorageMessage.Applied;
import io.hawser.model.StorageMessage.Content;
import io.hawser.model.StorageOp.Written;
import io.hawser.storage.core.Reads.AttachedLease;
import io.hawser.storage.group.GroupHost;
import io.hawser.storage.node.Asking;
import io.hawser.storage.node.Replicas;
import io.hawser.storage.rocks.GroupStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Ends the keys that live with a lease once {@code meta} says that the lease is over, and the rest
 * of them where one entry has not taken all. A replica of {@code meta} that is here, and follows,
 * tells which leases are still held; what it does not know, or all when there is none, is asked of
 * its leader, many in one message, since a replica that lags may not know of the lease yet. For
 * each group one look at a time, which goes through all leases and asks for a bounded number of
 * them at once. Owned by the verticle.
 */
public final class AttachedKeys {
  private static final Duration TIMEOUT = Duration.ofMillis(1_500);
  private static final int PAGE = 1_000;

  /** For so many leases the leader of {@code meta} is asked in one message. */
  private static final int ASKED = 256;

  /**
   * What a look has found.
   *
   * @param next the lease after which the look goes on; empty when it has seen the last
   */
  private record Found(List<AttachedLease> suspects, String next) {}

  private final Vertx vertx;
  private final Replicas replicas;
  private final Asking asking;
  private final Set<String> underWay = new HashSet<>();

  public AttachedKeys(Vertx vertx, Replicas replicas, Asking asking) {
    this.vertx = vertx;
    this.replicas = replicas;
    this.asking = asking;
  }

  public void look() {
    for (GroupHost host : replicas.hosts()) {
      if (host.leading() && underWay.add(host.group())) {
        Future<?> unused = look(host, "").onComplete(done -> underWay.remove(host.group()));
      }
    }
  }

  private Future<?> look(GroupHost host, String after) {
    Optional<GroupStore> meta =
        replicas.host(StorageMessage.META).filter(GroupHost::follows).map(GroupHost::store);
    return vertx
        .executeBlocking(() -> find(host.store(), meta, after), false)
        .compose(
            (Found found) ->
                // What is asked is asked again at the next look when it fails.
                judged(host, found.suspects())
                    .transform(
                        done ->
                            found.next().isEmpty() || !host.leading()
                                ? Future.succeededFuture()
                                : look(host, found.next())));
  }

  private static Found find(GroupStore store, Optional<GroupStore> meta, String begin) {
    List<AttachedLease> suspects = new ArrayList<>();
    String after = begin;
    while (true) {
      List<AttachedLease> page = store.attachedLeases(after, PAGE);
      for (AttachedLease lease : page) {
        after = lease.lease();
        if (meta.isEmpty() || !Judgement.held(meta.get().lease(after), lease)) {
          suspects.add(lease);
          if (suspects.size() == ASKED) {
            return new Found(suspects, after);
          }
        }
      }
      if (page.size() < PAGE) {
        return new Found(suspects, "");
      }
    }
  }

  private Future<?> judged(GroupHost host, List<AttachedLease> suspects) {
    return Judgement.over(suspects, all -> asking.leader(StorageMessage.META, all, TIMEOUT))
        .compose(over -> Future.join(over.stream().map(lease -> ended(host, lease)).toList()));
  }

  /** One entry deletes a bounded number: until there is none any more. */
  private static Future<Content> ended(GroupHost host, AttachedLease lease) {
    return host.ended(lease)
        .compose(
            content ->
                content instanceof Applied applied
                        && applied.result() instanceof Written written
                        && written.existed()
                    ? ended(host, lease)
                    : Future.succeededFuture(content));
  }
}
