package io.hawser.failover;

import io.hawser.bus.client.FailoverClient;
import io.hawser.bus.client.hard.HardStateReplica;
import io.hawser.failover.core.History;
import io.hawser.failover.core.Leftovers;
import io.hawser.model.Facet;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.NodeId;
import io.hawser.model.StorageOp.Fence;
import io.hawser.service.ServiceContext;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes the records that nobody needs any more. Owned by one verticle. */
final class Sweep {
  private static final Logger log = LoggerFactory.getLogger(Sweep.class);

  /** How many the store takes in one write. */
  private static final int MOST = 64;

  private final ServiceContext node;
  private final FailoverRecords records;
  private final Commits commits;
  private final Leftovers leftovers = new Leftovers();
  private boolean busy;

  Sweep(ServiceContext node, FailoverRecords records, Commits commits) {
    this.node = node;
    this.records = records;
    this.commits = commits;
  }

  void run(long term) {
    if (busy) {
      return;
    }
    Set<NodeId> live = new HashSet<>(node.members().liveWith(FailoverModule.ROLE));
    List<FacetKey> left = leftovers.due(records.unowned(live), node.time().nowNs());
    Map<FacetKey, Optional<Facet>> stored = new HashMap<>();
    Stream.concat(
            History.surplus(records.book().incidents(), records::stillDown, node.time().wallMs())
                .stream(),
            left.stream().filter(key -> key.kind() == Kind.ROLE))
        .limit(MOST)
        .forEach(key -> stored.put(key, Optional.empty()));
    left.stream()
        .filter(key -> key.kind() == Kind.PROCESS_OWNER)
        .limit(MOST)
        .forEach(owner -> disown(owner, term));
    if (!stored.isEmpty()) {
      Future<?> deleted = commits.write(stored, term);
      busy = true;
      deleted.onComplete(done -> busy = false);
    }
  }

  /** Unless its node has written it since. */
  private void disown(FacetKey owner, long term) {
    HardStateReplica hard = node.hardState();
    hard.store()
        .delete(owner, hard.expected(owner), List.of(new Fence(FailoverClient.LEASE, term)))
        .onSuccess(outcome -> log.debug("owner deleted key={} outcome={}", owner, outcome));
  }
}
