package io.hawser.storage.jraft;

import com.alipay.sofa.jraft.storage.LogStorage;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.hawser.model.NodeId;
import io.hawser.node.Meters;
import io.hawser.storage.log.GroupConfig;
import io.hawser.storage.log.LogStatus;
import io.hawser.storage.log.ReplicatedLog;
import io.hawser.storage.transport.TransportConfig;
import io.hawser.testing.Await;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Nodes with one group, in one process, each with its directory and its way through the net. */
final class LogCluster implements AutoCloseable {
  static final Duration LONG = Duration.ofSeconds(30);
  private static final LogTuning TUNING =
      new LogTuning(500, 4096, 16L * 1024 * 1024, 1_000_000, 1L << 40, 1000);

  /** A node that runs. */
  record Member(NodeId id, JRaftEngine engine, ReplicatedLog<String> log, ListMachine machine) {
    LogStatus status() {
      return log.status();
    }
  }

  final Vertx vertx = Vertx.vertx();
  final FaultyNet net;
  private final Path root;
  private final boolean faulty;
  private final Map<NodeId, Member> members = new ConcurrentSkipListMap<>();
  private final Map<NodeId, Integer> ports = new ConcurrentHashMap<>();
  private LogTuning tuning = TUNING;
  private UnaryOperator<LogStorage> disk = UnaryOperator.identity();

  private LogCluster(Path root, long seed, boolean faulty) {
    this.root = root;
    this.faulty = faulty;
    this.net = new FaultyNet(vertx, seed, id -> Optional.ofNullable(ports.get(id)));
  }

  static LogCluster direct(Path root) {
    return new LogCluster(root, 0, false);
  }

  static LogCluster faulty(Path root, long seed) {
    return new LogCluster(root, seed, true);
  }

  static NodeId id(int number) {
    return new NodeId("n" + number);
  }

  static Set<NodeId> ids(int... numbers) {
    return java.util.Arrays.stream(numbers)
        .mapToObj(LogCluster::id)
        .collect(java.util.stream.Collectors.toUnmodifiableSet());
  }

  LogCluster snapshotEvery(long entries) {
    tuning = new LogTuning(500, 4096, 16L * 1024 * 1024, entries, 1L << 40, 1000);
    return this;
  }

  /** For tests in which a busy machine must not be taken for one that is gone. */
  LogCluster patient() {
    tuning = new LogTuning(2_000, 4096, 16L * 1024 * 1024, 1_000_000, 1L << 40, 1000);
    return this;
  }

  LogCluster queue(int entries) {
    tuning = new LogTuning(500, entries, 16L * 1024 * 1024, 1_000_000, 1L << 40, 1000);
    return this;
  }

  LogCluster disk(UnaryOperator<LogStorage> through) {
    disk = through;
    return this;
  }

  Path directory(NodeId node) {
    return root.resolve(node.value()).resolve("group");
  }

  @CanIgnoreReturnValue
  Member start(NodeId node, Set<NodeId> voters, ListMachine machine) {
    net.join(node);
    JRaftEngine engine = Await.result(JRaftEngine.start(vertx, config(node), disk));
    ports.put(node, engine.port());
    try {
      ReplicatedLog<String> log =
          engine.open(new GroupConfig("group", directory(node), voters), machine);
      Member member = new Member(node, engine, log, machine);
      members.put(node, member);
      return member;
    } catch (RuntimeException e) {
      Await.result(engine.close());
      throw e;
    }
  }

  private EngineConfig config(NodeId node) {
    TransportConfig transport =
        new TransportConfig(
            node, () -> "test", "127.0.0.1", 0, Optional.empty(), to -> address(node, to));
    return new EngineConfig(
        transport,
        Path.of(System.getProperty("java.io.tmpdir"), "hawser-test-rocksdb"),
        new Meters(new SimpleMeterRegistry()),
        tuning);
  }

  private Optional<SocketAddress> address(NodeId from, NodeId to) {
    Integer port = ports.get(to);
    if (port == null) {
      return Optional.empty();
    }
    return faulty
        ? net.address(from, to)
        : Optional.of(SocketAddress.inetSocketAddress(port, "127.0.0.1"));
  }

  /** Closes a node's replica and opens it again, on the engine that it has. */
  @CanIgnoreReturnValue
  Member reopen(NodeId node) {
    Member before = member(node);
    Future<Void> closing = before.log().close();
    Await.until("the replica of " + node + " closes", closing::isComplete, LONG);
    ListMachine machine = before.machine().survived();
    ReplicatedLog<String> log =
        before.engine().open(new GroupConfig("group", directory(node), Set.of()), machine);
    Member member = new Member(node, before.engine(), log, machine);
    members.put(node, member);
    return member;
  }

  @CanIgnoreReturnValue
  LogCluster startAll(int... numbers) {
    Set<NodeId> voters = ids(numbers);
    voters.forEach(id -> start(id, voters, new ListMachine()));
    return this;
  }

  Member member(NodeId node) {
    Member member = members.get(node);
    if (member == null) {
      throw new AssertionError(node + " does not run");
    }
    return member;
  }

  List<Member> members() {
    return List.copyOf(members.values());
  }

  /** Waits for a leader and returns it. */
  Member leader() {
    return leaderOtherThan(Set.of());
  }

  @CanIgnoreReturnValue
  Member leaderOtherThan(Set<NodeId> others) {
    Await.until("there is a leader", () -> findLeader(others).isPresent(), LONG);
    return findLeader(others).orElseGet(() -> leaderOtherThan(others));
  }

  Optional<Member> findLeader(Set<NodeId> others) {
    return members().stream()
        .filter(m -> !others.contains(m.id()))
        .filter(m -> m.status().role() == LogStatus.Role.LEADER)
        .max(Comparator.comparingLong(m -> m.status().term()));
  }

  List<Member> followers() {
    NodeId leader = leader().id();
    return members().stream().filter(m -> !m.id().equals(leader)).toList();
  }

  /** Proposes on whoever leads, until it is acknowledged. */
  @CanIgnoreReturnValue
  String put(String text) {
    long endNs = System.nanoTime() + LONG.toNanos();
    while (true) {
      Future<String> result = leader().log().propose(Buffer.buffer(text));
      Await.until("the proposal is decided", result::isComplete, LONG);
      if (result.succeeded()) {
        return result.result();
      }
      if (System.nanoTime() > endNs) {
        throw new AssertionError("not acknowledged: " + text, result.cause());
      }
    }
  }

  /** As {@link #put}, on the side of a cut that this node is not on; runs a task meanwhile. */
  void putApartFrom(NodeId node, String text, Runnable meanwhile) {
    retry(
        "it is written on the other side",
        () -> {
          Future<String> write = leaderOtherThan(Set.of(node)).log().propose(Buffer.buffer(text));
          while (!write.isComplete()) {
            meanwhile.run();
          }
          return write;
        });
  }

  void putMany(String prefix, int count) {
    Member leader = leader();
    for (int from = 0; from < count; from += 500) {
      List<Future<String>> all =
          java.util.stream.IntStream.range(from, Math.min(count, from + 500))
              .mapToObj(i -> leader.log().propose(Buffer.buffer(prefix + i)))
              .toList();
      Await.until("all are decided", () -> all.stream().allMatch(Future::isComplete), LONG);
      for (int i = 0; i < all.size(); i++) {
        if (all.get(i).failed()) {
          put(prefix + (from + i)); // a busy machine loses its leader now and then
        }
      }
    }
  }

  /** Changes the voters through whoever leads, until it is done. */
  void change(Set<NodeId> voters) {
    retry("the voters are changed", () -> leader().log().changeVoters(voters));
  }

  /** Takes a snapshot on all members. */
  void snapshot() {
    for (Member member : members()) {
      retry("a snapshot is taken", () -> member.log().snapshot());
    }
  }

  /** Asks until it succeeds. */
  static void retry(String what, Supplier<Future<?>> question) {
    Await.until(
        what,
        () -> {
          Future<?> answer = question.get();
          Await.until(what, answer::isComplete, LONG);
          return answer.succeeded();
        },
        LONG);
  }

  /** Waits until all running members hold the same entries, these many. */
  void awaitEqual(int size) {
    Await.until(
        "all have " + size + " entries: " + sizes(),
        () -> members().stream().allMatch(m -> m.machine().size() == size),
        LONG);
  }

  private String sizes() {
    return members().stream().map(m -> m.id() + "=" + m.machine().size()).toList().toString();
  }

  /** Stops a node in order. */
  @CanIgnoreReturnValue
  ListMachine stop(NodeId node) {
    Member member = member(node);
    members.remove(node);
    Future<Void> closing = member.engine().close();
    Await.until(node + " closes", closing::isComplete, LONG);
    ports.remove(node);
    return member.machine();
  }

  /** Ends a node's connections and its port first, as the death of its process does. */
  @CanIgnoreReturnValue
  ListMachine kill(NodeId node) {
    Member member = member(node);
    Await.result(member.engine().transport().close());
    return stop(node);
  }

  @Override
  public void close() {
    List.copyOf(members.keySet()).forEach(this::stop);
    Await.result(vertx.close());
  }
}
