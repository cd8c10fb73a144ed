package io.hawser.failover;

import io.hawser.bus.client.FailoverClient;
import io.hawser.bus.client.hard.HardState;
import io.hawser.bus.client.hard.HardStateReplica;
import io.hawser.failover.core.Book;
import io.hawser.failover.core.History;
import io.hawser.failover.core.Leftovers;
import io.hawser.model.Facet;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.NodeId;
import io.hawser.model.StorageOp.Fence;
import io.hawser.service.ServiceContext;
import io.vertx.core.Future;
import java.util.Comparator;
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

  /** How many the store takes in one write, and one that stands for the guards among them. */
  private static final int MOST = HardState.MAX_WRITES - 1;

  /** How long a pause stays after its end, for whoever asks what it was. */
  private static final long PAUSE_KEPT_MS = 60_000;

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
    long wallMs = node.time().wallMs();
    List<FacetKey> stored =
        Stream.of(
                History.surplus(records.book().incidents(), records::stillDown, wallMs).stream(),
                endedPauses(wallMs),
                left.stream().filter(key -> key.kind() != Kind.PROCESS_OWNER))
            .flatMap(keys -> keys)
            .limit(MOST)
            .toList();
    left.stream()
        .filter(key -> key.kind() == Kind.PROCESS_OWNER)
        .limit(MOST)
        .forEach(owner -> disown(owner, term));
    if (!stored.isEmpty()) {
      Future<?> deleted = commits.write(deletions(stored), term);
      busy = true;
      deleted.onComplete(done -> busy = false);
    }
  }

  private Stream<FacetKey> endedPauses(long wallMs) {
    Book book = records.book();
    return book.services().stream()
        .filter(
            service ->
                book.pause(service).filter(p -> wallMs - p.untilMs() >= PAUSE_KEPT_MS).isPresent())
        .map(Book::pauseKey);
  }

  /** No epoch is used twice: the highest of the guards that go is kept, in one record for all. */
  private Map<FacetKey, Optional<Facet>> deletions(List<FacetKey> keys) {
    Map<FacetKey, Optional<Facet>> values = new HashMap<>();
    keys.forEach(key -> values.put(key, Optional.empty()));
    Book book = records.book();
    keys.stream()
        .filter(key -> key.kind() == Kind.FAILOVER)
        .map(key -> book.guard(key.scope()).epoch())
        .max(Comparator.naturalOrder())
        .filter(epoch -> epoch.newerThan(book.forgotten().epoch()))
        .ifPresent(
            epoch -> values.put(Book.forgottenKey(), Optional.of(book.forgotten().at(epoch))));
    return values;
  }

  /** Unless its node has written it since. */
  private void disown(FacetKey owner, long term) {
    HardStateReplica hard = node.hardState();
    hard.store()
        .delete(owner, hard.expected(owner), List.of(new Fence(FailoverClient.LEASE, term)))
        .onSuccess(outcome -> log.debug("owner deleted key={} outcome={}", owner, outcome));
  }
}
