package io.hawser.storage.group;

import io.hawser.model.NodeId;
import io.hawser.model.RosterMessage.ReplicaStatus;
import io.hawser.model.StorageMessage;
import io.hawser.model.StorageMessage.Await;
import io.hawser.model.StorageMessage.Content;
import io.hawser.model.StorageMessage.Get;
import io.hawser.model.StorageMessage.GetLease;
import io.hawser.model.StorageMessage.ListKeys;
import io.hawser.model.StorageMessage.Mutation;
import io.hawser.model.StorageMessage.Renew;
import io.hawser.model.StorageMessage.Write;
import io.hawser.model.StorageOp;
import io.hawser.model.StorageOp.Acquire;
import io.hawser.model.StorageOp.Result;
import io.hawser.storage.core.Delta;
import io.hawser.storage.core.Reads.AttachedLease;
import io.hawser.storage.group.core.Intake;
import io.hawser.storage.log.LogStatus;
import io.hawser.storage.log.ReplicatedLog;
import io.hawser.storage.rocks.GroupStore;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A node's replica of a group: answers what clients ask, and does the leader's duties when it
 * leads. Everything runs on the household's context. A request ends within {@link #LIMIT_MS}; a
 * read that has to be the newest is never answered from what may be old.
 *
 * <p>A little longer than other files: it is the one face of a replica to its node.
 */
public final class GroupHost implements Shrinking {
  /** The longest that a client waits for an answer, but for one who waits for changes. */
  public static final long LIMIT_MS = 1_500;

  private static final int MAX_CHANGES = 4_096;
  private static final long MAX_BYTES = 16L << 20;
  private static final int MAX_WAITS = 10_000;
  private static final int MAX_READS = 8_192;

  private final Household house;
  private final String group;
  private final GroupStore store;
  private final ReplicatedLog<List<Result>> log;
  private final GroupListener listener;
  private final Writer writer;
  private final Reader reader;
  private final Duties duties;
  private final Footing footing;
  private final Gate gate;
  private final Recovery recovery;
  private boolean stopping;

  GroupHost(
      Household house,
      String group,
      GroupStore store,
      ReplicatedLog<List<Result>> log,
      GroupListener listener) {
    this.house = house;
    this.group = group;
    this.store = store;
    this.log = log;
    this.listener = listener;
    this.footing = new Footing(log, house.time().nowNs());
    this.writer =
        new Writer(
            house.context(),
            log,
            house.format(),
            house.time(),
            TimeUnit.MILLISECONDS.toNanos(LIMIT_MS),
            new Intake<>(MAX_CHANGES, MAX_BYTES));
    this.reader =
        new Reader(
            house.context(),
            store,
            new Barriers(house.context(), log, MAX_READS),
            house.time(),
            MAX_WAITS);
    this.gate = new Gate(house, group, () -> log.status().voters());
    this.duties = new Duties(house.context(), store, writer, reader, house.time());
    Path directory = house.directory().resolve(group);
    this.recovery = new Recovery(house.context(), directory, store, writer, house.time());
  }

  @Override
  public String group() {
    return group;
  }

  @Override
  public long applied() {
    return log.status().applied();
  }

  /** The second snapshot lets the log go up to the first, or all of it if nothing came between. */
  @Override
  public Future<Void> giveRoom(long spareBytes) {
    return Worker.run(house.context(), () -> store.compact(spareBytes))
        .compose(done -> snapshot())
        .compose(done -> snapshot());
  }

  public GroupStore store() {
    return store;
  }

  /** How the replica's log is. From any thread. */
  public LogStatus logStatus() {
    return log.status();
  }

  /** See {@link ReplicatedLog#changeVoters}. */
  public Future<Void> changeVoters(Set<NodeId> voters) {
    return Worker.back(house.context(), log.changeVoters(voters));
  }

  /** See {@link ReplicatedLog#transferTo}. */
  public Future<Void> transferTo(NodeId heir) {
    return Worker.back(house.context(), log.transferTo(heir));
  }

  /** See {@link ReplicatedLog#snapshot}. */
  public Future<Void> snapshot() {
    return Worker.back(house.context(), log.snapshot());
  }

  /**
   * Makes this replica the only voter, see {@link ReplicatedLog#resetVoters}. Completes when it
   * leads, far above all revisions that were ever given away.
   */
  public Future<Void> recover() {
    return recovery.begin(
        () -> Worker.back(house.context(), log.resetVoters(Set.of(house.self()))));
  }

  /** Whether this node leads, and has applied all that was committed before. */
  public boolean leading() {
    return duties.leading();
  }

  /** Whether what is here is what the group has decided, but for what is on its way. */
  public boolean follows() {
    return footing.follows(house.time().nowNs());
  }

  /** Answers a request about this group. */
  public Future<Content> handle(StorageMessage message) {
    if (stopping) {
      return Future.succeededFuture(Answers.stopping());
    }
    return switch (message) {
      case Write write -> write(write.mutation());
      case Get get -> here(() -> reader.get(get));
      case ListKeys list -> here(() -> reader.list(list));
      case Await await -> follows() ? reader.await(await, leading()) : unavailable();
      case GetLease lease -> leaderDoes(() -> duties.lease(lease.lease()));
      case Renew renew -> leaderDoes(() -> duties.renew(renew));
      default ->
          Answers.refused("unknown-request", "a group does not answer " + message.getClass());
    };
  }

  /** A read, unless this replica has stopped for good, is no part of the group or has too many. */
  private Future<Content> here(Supplier<Future<Content>> read) {
    if (!footing.member()) {
      return unavailable();
    }
    return reader.full() ? busy() : read.get();
  }

  private static Future<Content> unavailable() {
    return Future.succeededFuture(Answers.notHere());
  }

  private static Future<Content> busy() {
    return Future.succeededFuture(Answers.overloaded());
  }

  private Future<Content> leaderDoes(Supplier<Future<Content>> what) {
    if (!leading()) {
      return Future.succeededFuture(Answers.notLeading(otherLeader()));
    }
    return reader.full() ? busy() : what.get();
  }

  private Future<Content> write(Mutation mutation) {
    Optional<String> wrong = gate.wrong(mutation);
    if (wrong.isPresent()) {
      return Answers.refused("bad-request", wrong.get());
    }
    if (!leading()) {
      return Future.succeededFuture(Answers.notLeading(otherLeader()));
    }
    Optional<Content> refusal = gate.refusal(mutation.op());
    return refusal.isPresent() ? Future.succeededFuture(refusal.get()) : propose(mutation);
  }

  private Future<Content> propose(Mutation mutation) {
    return mutation.op() instanceof Acquire acquire && duties.acquiring(acquire)
        ? writer.write(mutation, () -> duties.acquired(acquire.lease()))
        : writer.write(mutation, () -> {});
  }

  /** A change that the store itself makes, on the leader. */
  public Future<Content> propose(StorageOp op) {
    return leading()
        ? writer.propose(op)
        : Future.succeededFuture(Answers.notLeading(otherLeader()));
  }

  private Optional<NodeId> otherLeader() {
    return log.status().leader().filter(id -> !id.equals(house.self()));
  }

  /** Completes when a read of the store sees everything that was acknowledged before. */
  public Future<Long> barrier() {
    return reader.barrier();
  }

  /** A lease of {@code meta} that keys here live with is over. */
  public Future<Content> ended(AttachedLease lease) {
    return duties.ended(lease);
  }

  /** How the replica is. */
  public ReplicaStatus status() {
    LogStatus status = log.status();
    return new ReplicaStatus(
        group,
        footing.role(status, leading()),
        status.term(),
        status.leader(),
        status.committed(),
        status.applied(),
        status.voters().stream().sorted().toList(),
        store.usedBytes(),
        status.votersDecided() ? status.votersAt() : 0);
  }

  /** Requests that wait: changes, reads and waits for changes. */
  public int queued() {
    return writer.changes();
  }

  public int waiting() {
    return reader.waits();
  }

  /** Time has passed. */
  public void tick(long nowNs) {
    gate.lookAnew();
    writer.tick(nowNs);
    reader.tick(nowNs);
    duties.tick(nowNs);
    recovery.tick(this::lead);
    if (reader.waits() > 0 && footing.silent(nowNs)) {
      reader.stop(Answers.notHere());
    }
  }

  void applied(Delta delta) {
    duties.applied(delta);
    reader.applied(delta);
    listener.applied(this, delta);
  }

  void replaced() {
    reader.replaced();
    listener.replaced(this);
  }

  void leading(long term) {
    gate.lookAnew();
    writer.leading(term, store.sums().stampMs());
    recovery.leading(term, log.status().voters().equals(Set.of(house.self())));
    if (!recovery.owed()) {
      lead(term);
    }
  }

  private void lead(long term) {
    duties.leading(term);
    listener.leading(this, term);
  }

  void following() {
    recovery.following();
    duties.following();
    listener.following(this);
  }

  void failed(Throwable cause) {
    footing.failed();
    duties.following();
    reader.end(Answers.notHere());
    listener.failed(this, cause);
  }

  /** Stops the replica. What is on disk stays. */
  public Future<Void> close() {
    stopping = true;
    duties.following();
    reader.end(Answers.stopping());
    return Worker.back(house.context(), log.close())
        .eventually(
            () ->
                Worker.run(
                    house.context(),
                    () -> {
                      store.close();
                      return true;
                    }));
  }
}
