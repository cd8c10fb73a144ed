package io.hawser.storage.node;

import io.hawser.bus.WireFormat;
import io.hawser.model.Blob;
import io.hawser.model.NodeId;
import io.hawser.model.RosterMessage;
import io.hawser.model.RosterMessage.Order;
import io.hawser.model.RosterMessage.OrderVerb;
import io.hawser.model.RosterMessage.Roster;
import io.hawser.model.RosterMessage.StorageNode;
import io.hawser.model.StorageMessage;
import io.hawser.model.StorageMessage.Applied;
import io.hawser.model.StorageMessage.Content;
import io.hawser.model.StorageMessage.Found;
import io.hawser.model.StorageOp.Compare;
import io.hawser.model.StorageOp.Expect;
import io.hawser.model.StorageOp.Life;
import io.hawser.model.StorageOp.Txn;
import io.hawser.model.StorageOp.TxnDone;
import io.hawser.model.StorageOp.TxnWrite;
import io.hawser.service.ServiceContext;
import io.hawser.storage.group.GroupHost;
import io.hawser.storage.placement.Planner;
import io.hawser.storage.placement.Refusals;
import io.hawser.storage.placement.Rosters;
import io.hawser.storage.placement.Step;
import io.hawser.storage.placement.View;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes care of the placement while this node leads {@code meta}: asks the {@link Planner} what
 * comes next and does it, one step at a time. The roster is changed only by comparing it with what
 * was read: who leads no more changes nothing. Owned by the verticle.
 */
public final class Caretaker {
  private static final Logger log = LoggerFactory.getLogger(Caretaker.class);

  private static final long TRANSFER_PAUSE_NS = TimeUnit.SECONDS.toNanos(10);

  /** After a step that was refused; most often it goes on without being asked again. */
  private static final long PAUSE_NS = TimeUnit.SECONDS.toNanos(1);

  private static final String CHANGED = "the roster has changed meanwhile";

  /** How often a change is made anew that came between two others. */
  private static final int TRIES = 5;

  private final ServiceContext node;
  private final WireFormat format;
  private final Replicas replicas;
  private final Neighbours neighbours;
  private final Orders orders;
  private final Planner planner;
  private final Refusals refusals = new Refusals();
  private Optional<Long> leadingSinceNs = Optional.empty();
  private long transferNs;
  private long pauseNs;
  private boolean paused;
  private boolean busy;
  private String resting = "";

  public Caretaker(
      ServiceContext node,
      WireFormat format,
      Replicas replicas,
      Neighbours neighbours,
      Orders orders,
      Planner planner) {
    this.node = node;
    this.format = format;
    this.replicas = replicas;
    this.neighbours = neighbours;
    this.orders = orders;
    this.planner = planner;
    this.transferNs = node.time().nowNs();
  }

  /** The roster as it is committed here, and its key's revision. */
  public record Kept(Roster roster, long revision) {}

  /** What this replica of {@code meta} has applied; empty without one, or before the founding. */
  public Optional<Kept> kept() {
    return replicas.host(StorageMessage.META).flatMap(this::kept);
  }

  private Optional<Kept> kept(GroupHost meta) {
    return stored(meta).filter(k -> k.roster().cluster().equals(neighbours.own().cluster()));
  }

  /** A roster that is stored here, be it of the cluster that a backup was taken of. */
  public Optional<Kept> stored() {
    return replicas.host(StorageMessage.META).flatMap(this::stored);
  }

  private Optional<Kept> stored(GroupHost meta) {
    Found found = meta.store().get(RosterMessage.ROSTER_KEY);
    return found
        .value()
        .map(bytes -> (Roster) format.decode(Buffer.buffer(bytes.unsafeBytes())))
        .map(roster -> new Kept(roster, found.meta().orElseThrow().modRevision()));
  }

  /** Does the next step, if this node leads and does none yet. */
  public void tick() {
    Optional<GroupHost> meta = replicas.host(StorageMessage.META).filter(GroupHost::leading);
    if (meta.isEmpty()) {
      leadingSinceNs = Optional.empty();
      return;
    }
    long nowNs = node.time().nowNs();
    if (leadingSinceNs.isEmpty()) {
      leadingSinceNs = Optional.of(nowNs);
      transferNs = nowNs;
    }
    Optional<Kept> kept = kept(meta.get());
    paused = paused && nowNs - pauseNs < PAUSE_NS;
    if (busy || paused || kept.isEmpty()) {
      return;
    }
    Roster roster = kept.get().roster();
    Optional<Step> first = outlived(roster);
    Step step =
        first.isPresent()
            ? first.get()
            : planner.next(
                new View(
                    roster,
                    neighbours.sights(),
                    node.members().draining(),
                    leadingSinceNs.get(),
                    refusals.recent(nowNs),
                    refusals.stubborn(nowNs),
                    nowNs - transferNs >= TRANSFER_PAUSE_NS,
                    nowNs));
    take(step, meta.get(), kept.get());
  }

  /**
   * Rosters that are newer than what is committed are of entries that a recovery has lost: nobody
   * would take an order under an older one.
   */
  private Optional<Step> outlived(Roster roster) {
    long heard = neighbours.highestEpoch();
    return heard > roster.epoch()
        ? Optional.of(
            new Step.Commit(
                Rosters.above(roster, heard), "the roster outlives one of epoch " + heard))
        : Optional.empty();
  }

  private void take(Step step, GroupHost meta, Kept kept) {
    if (step instanceof Step.Rest rest) {
      if (!rest.why().equals(resting)) {
        resting = rest.why();
        log.info("placement rests node={} why=\"{}\"", neighbours.id(), rest.why());
      }
      return;
    }
    resting = "";
    log.info("placement step node={} step=\"{}\"", neighbours.id(), words(step));
    busy = true;
    Future<Optional<String>> unused =
        carryOut(step, meta, kept)
            .onComplete(
                (refusal, failure) -> {
                  busy = false;
                  paused = failure != null || refusal.isPresent();
                  pauseNs = node.time().nowNs();
                  if (paused) {
                    refusals.refused(step, pauseNs);
                  } else {
                    refusals.done(step);
                  }
                  if (failure != null) {
                    log.warn("placement step failed node={}", neighbours.id(), failure);
                  } else if (refusal.isPresent()) {
                    log.warn(
                        "placement step refused node={} cause=\"{}\"",
                        neighbours.id(),
                        refusal.get());
                  } else {
                    tick();
                  }
                });
  }

  private static String words(Step step) {
    return step instanceof Step.Commit commit ? commit.why() : step.toString();
  }

  private Future<Optional<String>> carryOut(Step step, GroupHost meta, Kept kept) {
    Roster roster = kept.roster();
    return switch (step) {
      case Step.Commit commit -> commit(meta, kept, commit.roster());
      case Step.Open open -> order(roster, open.node(), OrderVerb.OPEN, open.group(), List.of());
      case Step.Drop drop -> drop(roster, drop);
      case Step.Voters to -> order(roster, to.leader(), OrderVerb.VOTERS, to.group(), to.voters());
      case Step.Transfer to -> {
        transferNs = node.time().nowNs();
        yield order(roster, to.leader(), OrderVerb.TRANSFER, to.group(), List.of(to.to()));
      }
      case Step.Rest rest -> Future.succeededFuture(Optional.of(rest.why()));
    };
  }

  private Future<Optional<String>> order(
      Roster roster, NodeId to, OrderVerb verb, String group, List<NodeId> nodes) {
    String disk = roster.node(to).map(StorageNode::disk).orElse("");
    return orders.send(
        to, new Order(roster.cluster(), disk, roster.epoch(), verb, group, nodes, 0));
  }

  private Future<Optional<String>> drop(Roster roster, Step.Drop drop) {
    String disk = roster.node(drop.node()).map(StorageNode::disk).orElse("");
    Order order =
        new Order(
            roster.cluster(),
            disk,
            roster.epoch(),
            OrderVerb.DROP,
            drop.group(),
            List.of(),
            drop.votersAt());
    return orders.send(drop.node(), order);
  }

  /**
   * Changes the roster, on the leader of {@code meta}.
   *
   * @param change the roster that follows; empty for none
   * @return why it was not done, or nothing
   */
  public Future<Optional<String>> change(Function<Roster, Optional<Roster>> change) {
    return change(change, TRIES);
  }

  private Future<Optional<String>> change(Function<Roster, Optional<Roster>> change, int tries) {
    Optional<GroupHost> meta = replicas.host(StorageMessage.META).filter(GroupHost::leading);
    Optional<Kept> kept = meta.flatMap(this::kept);
    if (meta.isEmpty() || kept.isEmpty()) {
      return Future.succeededFuture(Optional.of("this node does not lead meta"));
    }
    Optional<Roster> next = change.apply(kept.get().roster());
    return next.isEmpty()
        ? Future.succeededFuture(Optional.empty())
        : commit(meta.get(), kept.get(), next.get())
            .compose(
                refusal ->
                    refusal.equals(Optional.of(CHANGED)) && tries > 1
                        ? change(change, tries - 1)
                        : Future.succeededFuture(refusal));
  }

  private Future<Optional<String>> commit(GroupHost meta, Kept kept, Roster next) {
    return write(meta, Expect.revision(kept.revision()), next);
  }

  /**
   * Commits the first roster of a cluster, in place of that of a cluster which it was restored of.
   */
  public Future<Optional<String>> found(GroupHost meta, Roster first) {
    Expect expect = stored(meta).map(k -> Expect.revision(k.revision())).orElse(Expect.ABSENT);
    return write(meta, expect, first);
  }

  private Future<Optional<String>> write(GroupHost meta, Expect expect, Roster roster) {
    Txn txn =
        new Txn(
            List.of(new Compare(RosterMessage.ROSTER_KEY, expect)),
            List.of(
                new TxnWrite(
                    RosterMessage.ROSTER_KEY,
                    Optional.of(Blob.wrap(format.encode(roster).getBytes())),
                    Life.FOREVER)),
            List.of(),
            List.of());
    return meta.propose(txn).map(Caretaker::refusal);
  }

  private static Optional<String> refusal(Content content) {
    if (content instanceof Applied applied && applied.result() instanceof TxnDone done) {
      return done.succeeded() ? Optional.empty() : Optional.of(CHANGED);
    }
    return Optional.of(content.toString());
  }
}
