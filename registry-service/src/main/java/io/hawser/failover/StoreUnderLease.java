package io.hawser.failover;

import io.hawser.bus.client.FailoverClient;
import io.hawser.bus.client.hard.HardState;
import io.hawser.bus.client.hard.HardState.Committed;
import io.hawser.bus.client.hard.HardState.Held;
import io.hawser.bus.client.hard.HardState.Write;
import io.hawser.bus.client.hard.HardStateReplica;
import io.hawser.bus.client.storage.LeaseHolder;
import io.hawser.bus.client.storage.Results;
import io.hawser.failover.core.Book;
import io.hawser.model.Facet;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.NodeId;
import io.hawser.model.Outcome;
import io.hawser.model.StorageKeys;
import io.hawser.model.StorageOp.Expect;
import io.hawser.model.StorageOp.Fence;
import io.hawser.model.StorageOp.RaiseFence;
import io.hawser.model.StorageOp.Written;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The suite's hard state, written under the lease {@link FailoverClient#LEASE}. */
final class StoreUnderLease implements ManagerStore {
  /**
   * In this order: each incident is opened with a write of its service's guard, so that who has the
   * older guard opens none, whatever of the rest is newer.
   */
  private static final List<Kind> KINDS =
      List.of(Kind.FAILOVER, Kind.INCIDENT, Kind.ROLE, Kind.PAUSE);

  /** What a manager reads from its node's catalog. */
  private static final Set<Kind> MIRRORED =
      EnumSet.of(Kind.POLICY, Kind.BACKUP, Kind.PROCESS_OWNER);

  /** So that another node has the lease before this one asks for it again. */
  private static final long ASIDE_MS = 10_000;

  private final Vertx vertx;
  private final HardStateReplica replica;
  private final HardState hard;
  private final NodeId self;
  private final long leaseMs;
  private volatile @Nullable LeaseHolder holder;
  private volatile Runnable onTurn = () -> {};
  private volatile boolean closed;

  /** The last epoch that the store was told of. */
  private volatile long raised = -1;

  StoreUnderLease(Vertx vertx, HardStateReplica replica, NodeId self, long leaseMs) {
    this.vertx = vertx;
    this.replica = replica;
    this.hard = replica.store();
    this.self = self;
    this.leaseMs = leaseMs;
  }

  @Override
  public void start(Runnable listener) {
    onTurn = listener;
    ask();
  }

  private void ask() {
    if (closed) {
      return;
    }
    LeaseHolder started =
        new LeaseHolder(
            hard.storage(),
            FailoverClient.LEASE,
            self.value(),
            leaseMs,
            new LeaseHolder.Listener() {
              @Override
              public void held(long epoch) {
                onTurn.run();
              }

              @Override
              public void lost(long epoch) {
                onTurn.run();
              }
            });
    holder = started;
    started.start();
  }

  @Override
  public OptionalLong epoch() {
    LeaseHolder present = holder;
    return present == null ? OptionalLong.empty() : present.epoch();
  }

  @Override
  public void stepAside() {
    if (holder != null) {
      giveBack()
          .onComplete(
              done -> {
                long unused = vertx.setTimer(ASIDE_MS, id -> ask());
              });
    }
  }

  private Future<Void> giveBack() {
    LeaseHolder present = holder;
    holder = null;
    return present == null ? Future.succeededFuture() : present.close();
  }

  @Override
  public Future<Void> close() {
    closed = true;
    return giveBack();
  }

  /**
   * Under a new epoch the store is to know of it before the first read: what a manager of before
   * has under way is refused then, or is there to be read. Policies and backups are read from the
   * catalog, which has to have them: a service of which no policy is known is not exclusive.
   */
  @Override
  public Future<Outcome<List<Stored>>> load() {
    return replica
        .catchUp(MIRRORED)
        .compose(
            done ->
                done
                    ? loadUnderLease()
                    : Future.succeededFuture(
                        new Outcome.Rejected<>(
                            "catalog-behind", "not all records have come to this node yet")));
  }

  private Future<Outcome<List<Stored>>> loadUnderLease() {
    OptionalLong epoch = epoch();
    if (epoch.isEmpty() || epoch.getAsLong() == raised) {
      return load(KINDS, List.of());
    }
    return hard.raise(new Fence(FailoverClient.LEASE, epoch.getAsLong()))
        .compose(
            outcome -> {
              if (!(outcome instanceof Outcome.Ok)) {
                return Future.succeededFuture(outcome.map(written -> List.of()));
              }
              raised = epoch.getAsLong();
              return load(KINDS, List.of());
            });
  }

  private Future<Outcome<List<Stored>>> load(List<Kind> kinds, List<Stored> before) {
    if (kinds.isEmpty()) {
      return Future.succeededFuture(new Outcome.Ok<>(before));
    }
    return hard.list(kinds.getFirst(), Facet.class)
        .compose(
            outcome -> {
              if (!(outcome instanceof Outcome.Ok<List<Held<Facet>>> ok)) {
                return Future.succeededFuture(outcome.map(held -> before));
              }
              List<Stored> all = new ArrayList<>(before);
              ok.value().forEach(h -> all.add(new Stored(h.key(), h.value(), h.revision())));
              return load(kinds.subList(1, kinds.size()), all);
            });
  }

  @Override
  public Future<Outcome<Long>> commit(List<Change> changes, long term) {
    List<Write> writes = changes.stream().map(StoreUnderLease::write).toList();
    return hard.commit(writes, List.of(new Fence(FailoverClient.LEASE, term)))
        .map(outcome -> outcome.map(Committed::revision));
  }

  private static Write write(Change change) {
    Expect expect =
        change.expected() == Book.ABSENT ? Expect.ABSENT : Expect.revision(change.expected());
    return new Write(change.key(), change.value(), expect);
  }

  /** In each group of users' keys: fences are counted by group. */
  @Override
  public Future<Outcome<Long>> raise(String resource, long token) {
    return hard.storage()
        .dataGroups()
        .compose(
            groups ->
                groups instanceof Outcome.Ok<Integer> ok
                    ? raise(new Fence(resource, token), ok.value())
                    : Future.succeededFuture(groups.map(n -> token)));
  }

  private Future<Outcome<Long>> raise(Fence fence, int groups) {
    if (groups == 0) {
      return Future.succeededFuture(new Outcome.Ok<>(fence.token()));
    }
    return hard.storage()
        .change(StorageKeys.dataGroup(groups - 1), new RaiseFence(fence))
        .map(outcome -> Results.expect(Written.class, outcome))
        .compose(
            outcome ->
                outcome instanceof Outcome.Ok
                    ? raise(fence, groups - 1)
                    : Future.succeededFuture(outcome.map(w -> fence.token())));
  }
}
