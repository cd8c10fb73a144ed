package io.hawser.bus.client.storage;

import io.hawser.bus.Addresses;
import io.hawser.bus.Bus;
import io.hawser.bus.client.core.Numbering;
import io.hawser.bus.client.core.Numbering.Ticket;
import io.hawser.bus.client.core.Patience;
import io.hawser.model.NodeId;
import io.hawser.model.Outcome;
import io.hawser.model.RosterMessage.AskRoster;
import io.hawser.model.RosterMessage.Roster;
import io.hawser.model.RosterMessage.RosterTold;
import io.hawser.model.StorageMessage;
import io.hawser.model.StorageMessage.Applied;
import io.hawser.model.StorageMessage.Await;
import io.hawser.model.StorageMessage.Changes;
import io.hawser.model.StorageMessage.Content;
import io.hawser.model.StorageMessage.Found;
import io.hawser.model.StorageMessage.Freshness;
import io.hawser.model.StorageMessage.Get;
import io.hawser.model.StorageMessage.GetLease;
import io.hawser.model.StorageMessage.LeaseFound;
import io.hawser.model.StorageMessage.ListKeys;
import io.hawser.model.StorageMessage.Listed;
import io.hawser.model.StorageMessage.Mutation;
import io.hawser.model.StorageMessage.Operate;
import io.hawser.model.StorageMessage.Renew;
import io.hawser.model.StorageMessage.Renewed;
import io.hawser.model.StorageMessage.Reply;
import io.hawser.model.StorageMessage.Told;
import io.hawser.model.StorageMessage.Write;
import io.hawser.model.StorageOp;
import io.hawser.model.StorageOp.Result;
import io.hawser.model.StorageOp.TooLate;
import io.hawser.node.Members;
import io.hawser.node.Time;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Calls the store. Every call ends in time, and knows the next node to ask: see {@link
 * io.hawser.bus.client.core.Pursuit}. A change is sent under one number however often it is sent,
 * so that it is carried out once; it ends as {@code Unknown} only when it may have been carried
 * out. Futures never fail, and complete on the context of who calls.
 *
 * <p>Refusals, by their code: {@code no-quorum}, {@code no-storage}, {@code overloaded}, {@code
 * no-room}, {@code too-late}, {@code not-here}. Refusals that the store itself decides on, such as
 * {@code Mismatch}, are results of the change; {@link Results} names them. Thread-safe.
 */
public final class StorageClient {
  public static final String ROLE = "storage";

  private static final Patience SHORT = Patience.ofMs(1_400, 500);

  private static final Duration ROSTER_TIMEOUT = Duration.ofMillis(500);

  /** How much longer than its wait an {@link Await} may take. */
  private static final long AWAIT_SLACK_MS = 1_000;

  private final Vertx vertx;
  private final Bus bus;
  private final Time time;
  private final Placements placements = new Placements(this);
  private final Map<String, Numbering> numberings = new ConcurrentHashMap<>();
  private final String name;
  private final Asker asker;

  public StorageClient(Vertx vertx, Bus bus, Members members, Time time) {
    this.vertx = vertx;
    this.bus = bus;
    this.time = time;
    this.name = members.self().id() + "." + UUID.randomUUID();
    this.asker = new Asker(vertx, bus, members, time, placements);
  }

  /** Listens for changes of leadership: without that, the client only learns by asking. */
  public Future<Void> start() {
    return bus.subscribe(
            Addresses.STORAGE_LEADERS,
            told -> {
              if (placements.ours(told.cluster())) {
                asker.announced(told.group(), told.leader());
              }
            })
        .mapEmpty();
  }

  // ---- changes

  /** Changes what a group holds. */
  public Future<Outcome<Result>> change(String group, StorageOp op) {
    return change(group, op, true);
  }

  /**
   * @param again whether it is sent under another name when the group has forgotten this one: it
   *     was sent once only and is refused, so it was not made
   */
  private Future<Outcome<Result>> change(String group, StorageOp op, boolean again) {
    Numbering numbering = numberings.computeIfAbsent(group, g -> new Numbering(name));
    Ticket ticket;
    synchronized (numbering) {
      ticket = numbering.next(nowNs());
    }
    Mutation mutation =
        new Mutation(ticket.client(), ticket.sequence(), ticket.lowestPending(), op);
    return write(group, mutation)
        .onComplete(
            (outcome, failure) -> {
              synchronized (numbering) {
                numbering.done(ticket);
              }
            })
        .compose(
            outcome -> {
              if (!tooLate(outcome)) {
                return Future.succeededFuture(outcome);
              }
              synchronized (numbering) {
                numbering.forgotten(ticket);
              }
              return again ? change(group, op, false) : Future.succeededFuture(forgotten(outcome));
            });
  }

  /**
   * Changes what a group holds, once for all callers that bring the same id, wherever they call.
   *
   * @param id of the request, and of no other: it is remembered for ten minutes or more after the
   *     last use, by the group's own time, which stands still while nothing happens; of more than
   *     100 000 ids and clients a group forgets those that were used longest ago
   */
  public Future<Outcome<Result>> changeOnce(String id, String group, StorageOp op) {
    return write(group, new Mutation("once." + id, 1, 1, op)).map(StorageClient::forgotten);
  }

  private Future<Outcome<Result>> write(String group, Mutation mutation) {
    return ask(group, new Write(group, mutation), true, SHORT)
        .map(outcome -> Results.typed(outcome, Applied.class).map(Applied::result));
  }

  private static boolean tooLate(Outcome<Result> outcome) {
    return outcome instanceof Outcome.Ok<Result> ok && ok.value() instanceof TooLate;
  }

  private static Outcome<Result> forgotten(Outcome<Result> outcome) {
    return tooLate(outcome)
        ? new Outcome.Rejected<>("too-late", "its result is forgotten; nothing was changed now")
        : outcome;
  }

  // ---- reads

  public Future<Outcome<Found>> get(
      String group, String key, Freshness freshness, long minRevision) {
    return read(group, new Get(group, key, freshness, minRevision), freshness, Found.class);
  }

  /** Reads as the newest state has it. */
  public Future<Outcome<Found>> get(String group, String key) {
    return get(group, key, Freshness.LINEARIZABLE, 0);
  }

  public Future<Outcome<Listed>> list(ListKeys request) {
    return read(request.group(), request, request.freshness(), Listed.class);
  }

  private <C extends Content> Future<Outcome<C>> read(
      String group, StorageMessage request, Freshness freshness, Class<C> type) {
    boolean leaderFirst = freshness == Freshness.LINEARIZABLE;
    return ask(group, request, false, leaderFirst, SHORT).map(o -> Results.typed(o, type));
  }

  /**
   * Waits for changes of keys with a prefix, see {@link Await}. For a watch that goes on, see
   * {@link Watch}.
   */
  public Future<Outcome<Changes>> await(
      String group, String prefix, long afterRevision, int limit, long waitMs) {
    Await request = new Await(group, prefix, afterRevision, limit, waitMs);
    Patience patience = Patience.ofMs(waitMs + 2 * AWAIT_SLACK_MS, waitMs + AWAIT_SLACK_MS);
    return ask(group, request, false, false, patience)
        .map(outcome -> Results.typed(outcome, Changes.class));
  }

  /** The storage nodes and groups, as the first storage node that answers has them. */
  public Future<Outcome<Roster>> roster() {
    return placements.roster();
  }

  Future<Outcome<Optional<Roster>>> askRoster(NodeId node) {
    return bus.request(Addresses.STORAGE_ROSTER, node, new AskRoster(0), ROSTER_TIMEOUT)
        .map(
            outcome ->
                outcome.map(
                    told ->
                        told instanceof RosterTold roster ? roster.roster() : Optional.empty()));
  }

  /** In how many data groups the users' keys are. */
  public Future<Outcome<Integer>> dataGroups() {
    return placements.dataGroups();
  }

  // ---- leases

  public Future<Outcome<LeaseFound>> lease(String lease) {
    return ask(StorageMessage.META, new GetLease(lease), false, SHORT)
        .map(outcome -> Results.typed(outcome, LeaseFound.class));
  }

  /** Renews a lease. Repeating it does no harm. */
  public Future<Outcome<Result>> renew(String lease, String holder, long epoch) {
    return ask(StorageMessage.META, new Renew(lease, holder, epoch), false, SHORT)
        .map(outcome -> Results.typed(outcome, Renewed.class).map(Renewed::result));
  }

  // ---- operations

  /**
   * Asks for something of an operator's.
   *
   * @param group what it is about; {@code meta} for all of the store
   * @param timeout until the outcome is unknown
   */
  public Future<Outcome<String>> operate(
      String group, String verb, List<String> arguments, Duration timeout) {
    Patience patience = Patience.ofMs(timeout.toMillis(), timeout.toMillis());
    return ask(group, new Operate(group, verb, arguments), true, patience)
        .map(outcome -> Results.typed(outcome, Told.class).map(Told::text));
  }

  /** As {@link #operate}, of one node and no other. */
  public Future<Outcome<String>> operateAt(
      NodeId node, String group, String verb, List<String> arguments, Duration timeout) {
    return bus.request(Addresses.STORAGE, node, new Operate(group, verb, arguments), timeout)
        .map(outcome -> Results.typed(outcome.map(Reply::content), Told.class).map(Told::text));
  }

  /** The live nodes that store. */
  public List<NodeId> nodes() {
    return asker.nodes();
  }

  // ---- asking

  private Future<Outcome<Content>> ask(
      String group, StorageMessage request, boolean change, Patience patience) {
    return ask(group, request, change, true, patience);
  }

  private Future<Outcome<Content>> ask(
      String group,
      StorageMessage request,
      boolean change,
      boolean leaderFirst,
      Patience patience) {
    return asker.ask(group, request, change, leaderFirst, patience);
  }

  long nowNs() {
    return time.nowNs();
  }

  Vertx vertx() {
    return vertx;
  }

  /** For pauses that are not to be the same everywhere. */
  static long jittered(long ms) {
    return ms / 2 + ThreadLocalRandom.current().nextLong(Math.max(1, ms / 2));
  }
}
