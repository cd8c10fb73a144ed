package io.hawser.testing.storage;

import io.hawser.bus.Addresses;
import io.hawser.bus.Bus;
import io.hawser.bus.client.storage.Bundles;
import io.hawser.model.NodeId;
import io.hawser.model.RosterMessage;
import io.hawser.model.RosterMessage.GroupReplicas;
import io.hawser.model.RosterMessage.NodeState;
import io.hawser.model.RosterMessage.Roster;
import io.hawser.model.RosterMessage.RosterTold;
import io.hawser.model.RosterMessage.StorageNode;
import io.hawser.model.StorageKeys;
import io.hawser.model.StorageMessage;
import io.hawser.model.StorageMessage.Applied;
import io.hawser.model.StorageMessage.Await;
import io.hawser.model.StorageMessage.Changes;
import io.hawser.model.StorageMessage.Content;
import io.hawser.model.StorageMessage.Freshness;
import io.hawser.model.StorageMessage.Get;
import io.hawser.model.StorageMessage.GetLease;
import io.hawser.model.StorageMessage.Leads;
import io.hawser.model.StorageMessage.ListKeys;
import io.hawser.model.StorageMessage.NotLeader;
import io.hawser.model.StorageMessage.Operate;
import io.hawser.model.StorageMessage.Renew;
import io.hawser.model.StorageMessage.Renewed;
import io.hawser.model.StorageMessage.Reply;
import io.hawser.model.StorageMessage.Several;
import io.hawser.model.StorageMessage.Told;
import io.hawser.model.StorageMessage.Unavailable;
import io.hawser.model.StorageMessage.Write;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * A store in memory that answers on the bus for several nodes, with faults as a test wants them.
 * Every node has every group, and the first node leads them all unless told otherwise. Thread-safe.
 */
public final class FakeStorage {
  /** What a node does with a request; nothing: answer it as it should be. */
  @FunctionalInterface
  public interface Fault {
    Optional<Future<Content>> on(NodeId node, StorageMessage request);
  }

  private record Waiting(FakeGroup group, Await request, Promise<Content> promise) {}

  private final Vertx vertx;
  private final Bus bus;
  private final Map<String, FakeGroup> groups = new HashMap<>();
  private final Map<String, NodeId> leaders = new HashMap<>();
  private final List<Waiting> waiting = new ArrayList<>();
  private static final String CLUSTER = "test";

  private final List<NodeId> nodes;
  private Fault fault = (node, request) -> Optional.empty();
  private Function<Operate, String> operator = operate -> "{}";
  private Optional<Roster> roster = Optional.empty();
  private final Map<NodeId, Roster> strange = new HashMap<>();
  private long term = 1;

  private FakeStorage(Vertx vertx, Bus bus, List<NodeId> nodes) {
    this.vertx = vertx;
    this.bus = bus;
    this.nodes = List.copyOf(nodes);
  }

  /** Serves from these nodes on. */
  public static FakeStorage start(Vertx vertx, Bus bus, int dataGroups, NodeId... nodes) {
    FakeStorage storage = new FakeStorage(vertx, bus, List.of(nodes));
    storage.place(dataGroups);
    for (NodeId node : nodes) {
      io.hawser.testing.Await.result(
          bus.serve(Addresses.STORAGE_ROSTER, node, request -> storage.rosterOf(node)));
      io.hawser.testing.Await.result(
          bus.serve(
              Addresses.STORAGE,
              node,
              request ->
                  request instanceof Several several
                      ? Bundles.answer(several, CLUSTER, each -> storage.serve(node, each))
                      : storage.serve(node, request).map(Reply::new)));
    }
    return storage;
  }

  private synchronized void place(int dataGroups) {
    List<String> names = new ArrayList<>(List.of(StorageMessage.META));
    for (int i = 0; i < dataGroups; i++) {
      names.add(StorageKeys.dataGroup(i));
    }
    for (String name : names) {
      groups.put(name, new FakeGroup());
      leaders.put(name, nodes.getFirst());
    }
    List<GroupReplicas> placed = names.stream().map(n -> new GroupReplicas(n, nodes)).toList();
    List<StorageNode> members =
        nodes.stream()
            .map(
                node ->
                    new StorageNode(
                        node, "disk", "127.0.0.1", 7600, "", "default", 1 << 30, NodeState.UP, 1))
            .toList();
    roster = Optional.of(new Roster(CLUSTER, 1, members, placed, List.of()));
  }

  /** The registry nodes that are committed from now on. */
  public synchronized void registry(List<NodeId> nodes) {
    roster =
        roster.map(
            r ->
                new Roster(
                    r.cluster(),
                    r.epoch() + 1,
                    r.nodes(),
                    r.groups(),
                    nodes.stream().distinct().sorted().toList()));
  }

  /** A node shows another roster than the others from now on. */
  public synchronized void roster(NodeId node, Roster value) {
    strange.put(node, value);
  }

  private synchronized Future<RosterMessage> rosterOf(NodeId node) {
    return Future.succeededFuture(
        new RosterTold(Optional.ofNullable(strange.get(node)).or(() -> roster)));
  }

  private FakeGroup group(String name) {
    return Optional.ofNullable(groups.get(name)).orElseThrow();
  }

  /** What goes wrong from now on. */
  public synchronized void fault(Fault value) {
    fault = value;
  }

  /** Nothing goes wrong any more. */
  public synchronized void heal() {
    fault = (node, request) -> Optional.empty();
  }

  /** A fault of the requests of one node. */
  public void faultAt(NodeId node, Function<StorageMessage, Optional<Future<Content>>> value) {
    fault((at, request) -> at.equals(node) ? value.apply(request) : Optional.empty());
  }

  /** An answer that never comes. */
  public static Optional<Future<Content>> silence() {
    return Optional.of(Promise.<Content>promise().future());
  }

  public static Optional<Future<Content>> refuse(Content content) {
    return Optional.of(Future.succeededFuture(content));
  }

  /** A fault that carries the request out as it should be, and then answers nothing. */
  public BiFunction<NodeId, StorageMessage, Optional<Future<Content>>> droppedReplies() {
    return (node, request) -> {
      var unused = answer(node, request);
      return silence();
    };
  }

  /** How operators' requests are answered. */
  public synchronized void operator(Function<Operate, String> value) {
    operator = value;
  }

  /** Has another node lead, or nobody. */
  public synchronized void leader(String group, Optional<NodeId> node) {
    term++;
    node.ifPresentOrElse(n -> leaders.put(group, n), () -> leaders.remove(group));
  }

  /** As {@link #leader}, and publishes it. */
  public void elect(String group, NodeId node) {
    leader(group, Optional.of(node));
    bus.publish(Addresses.STORAGE_LEADERS, new Leads(group, node, term, CLUSTER));
  }

  /** How many changes a group carried out, not counting repeated ones. */
  public synchronized int applied(String group) {
    return group(group).applied();
  }

  public synchronized long revision(String group) {
    return group(group).revision();
  }

  /** Has a group begin anew, with nothing in it. */
  public synchronized void clear(String group) {
    groups.put(group, new FakeGroup());
  }

  public synchronized void compact(String group) {
    group(group).compact();
  }

  /** Ends a lease as if its time were over. */
  public synchronized void endLease(String lease) {
    var unused = group(StorageMessage.META).end(lease);
    wake();
  }

  private Future<Content> serve(NodeId node, StorageMessage request) {
    Fault present;
    synchronized (this) {
      present = fault;
    }
    return present.on(node, request).orElseGet(() -> answer(node, request));
  }

  /** What the node should answer. */
  public synchronized Future<Content> answer(NodeId node, StorageMessage request) {
    return switch (request) {
      case Write write ->
          led(node, write.group(), group -> new Applied(group.apply(write.mutation())));
      case Get get -> read(node, get.group(), get.freshness(), group -> group.get(get.key()));
      case ListKeys list -> read(node, list.group(), list.freshness(), group -> group.list(list));
      case GetLease lease -> led(node, StorageMessage.META, group -> group.lease(lease.lease()));
      case Renew renew ->
          led(
              node,
              StorageMessage.META,
              group -> new Renewed(group.renew(renew.lease(), renew.holder(), renew.epoch())));
      case Await await -> await(await);
      case Operate operate -> Future.succeededFuture(new Told(operator.apply(operate)));
      default -> Future.failedFuture("no request: " + request);
    };
  }

  private Future<Content> led(NodeId node, String name, Function<FakeGroup, Content> action) {
    if (!groups.containsKey(name)) {
      return Future.succeededFuture(new Unavailable(Unavailable.NOT_HERE));
    }
    Optional<NodeId> leader = Optional.ofNullable(leaders.get(name));
    if (!leader.equals(Optional.of(node))) {
      return Future.succeededFuture(new NotLeader(leader));
    }
    Content content = action.apply(group(name));
    wake();
    return Future.succeededFuture(content);
  }

  private Future<Content> read(
      NodeId node, String name, Freshness freshness, Function<FakeGroup, Content> action) {
    return switch (freshness) {
      case LINEARIZABLE -> led(node, name, action);
      case STALE -> Future.succeededFuture(action.apply(group(name)));
    };
  }

  private Future<Content> await(Await request) {
    FakeGroup group = group(request.group());
    Changes present = changes(group, request);
    if (!present.changes().isEmpty() || present.compacted() || request.waitMs() == 0) {
      return Future.succeededFuture(present);
    }
    Promise<Content> promise = Promise.promise();
    waiting.add(new Waiting(group, request, promise));
    long unused =
        vertx.setTimer(
            request.waitMs(),
            id -> {
              boolean ignored = promise.tryComplete(nowOf(group, request));
            });
    return promise.future();
  }

  private synchronized Changes nowOf(FakeGroup group, Await request) {
    return changes(group, request);
  }

  private static Changes changes(FakeGroup group, Await request) {
    return group.changes(request.prefix(), request.afterRevision(), request.limit());
  }

  private void wake() {
    for (Waiting one : List.copyOf(waiting)) {
      Changes present = changes(one.group(), one.request());
      if (!present.changes().isEmpty() || one.promise().future().isComplete()) {
        waiting.remove(one);
        boolean unused = one.promise().tryComplete(present);
      }
    }
  }
}
