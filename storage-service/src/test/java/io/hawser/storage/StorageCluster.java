package io.hawser.storage;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.hawser.bus.Addresses;
import io.hawser.bus.Bus;
import io.hawser.bus.WireFormat;
import io.hawser.bus.client.CommittedRoster;
import io.hawser.bus.client.hard.HardStateReplica;
import io.hawser.model.Blob;
import io.hawser.model.NodeId;
import io.hawser.model.Outcome;
import io.hawser.model.RosterMessage.AskRoster;
import io.hawser.model.RosterMessage.Roster;
import io.hawser.model.RosterMessage.RosterTold;
import io.hawser.model.StorageMessage;
import io.hawser.model.StorageMessage.Applied;
import io.hawser.model.StorageMessage.Content;
import io.hawser.model.StorageMessage.Found;
import io.hawser.model.StorageMessage.Freshness;
import io.hawser.model.StorageMessage.Get;
import io.hawser.model.StorageMessage.Mutation;
import io.hawser.model.StorageMessage.Operate;
import io.hawser.model.StorageMessage.Reply;
import io.hawser.model.StorageMessage.Told;
import io.hawser.model.StorageMessage.Write;
import io.hawser.model.StorageOp;
import io.hawser.model.StorageOp.Expect;
import io.hawser.model.StorageOp.Life;
import io.hawser.model.StorageOp.Put;
import io.hawser.model.StorageOp.Result;
import io.hawser.node.Meters;
import io.hawser.testing.Await;
import io.hawser.testing.TestNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;

/** Storage nodes in one JVM, each with its directory, on the real engine. */
final class StorageCluster implements AutoCloseable {
  static final Duration LONG = Duration.ofSeconds(60);
  static final String DATA = "data-0";
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private record Running(TestNode node, String deployment) {}

  private final Path dir;
  private final Vertx vertx = Vertx.vertx();
  private final Bus bus =
      new Bus(vertx, new WireFormat(List.of()), new Meters(new SimpleMeterRegistry()));
  private final Map<String, Running> running = new TreeMap<>();
  private final Map<String, String> settings = new HashMap<>();
  private final String client = UUID.randomUUID().toString();
  private final Map<String, Long> sequences = new HashMap<>();

  StorageCluster(Path dir) {
    this.dir = dir;
    settings.put("raft.port", "0");
    settings.put("storage.exchange-ms", "50");
    settings.put("storage.settle-ms", "500");
  }

  /** A setting of the nodes that are started from now on. */
  void set(String key, String value) {
    settings.put(key, value);
  }

  Path dir(String id) {
    return dir.resolve(id);
  }

  @CanIgnoreReturnValue
  TestNode start(String id, String bootstrap) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("storage.bootstrap", bootstrap);
    TestNode node =
        TestNode.on(vertx)
            .id(id)
            .bus(bus)
            .kept(HardStateReplica.KINDS)
            .dataDir(dir(id))
            .settings(all)
            .build();
    String deployment =
        requireNonNull(
            Await.result(
                vertx.deployVerticle(
                    new StorageVerticle(
                        node.context(), new JRaftMaker(node.context(), Optional.empty())))));
    running.put(id, new Running(node, deployment));
    meet();
    return node;
  }

  private void meet() {
    TestNode.meet(running.values().stream().map(Running::node).toList());
  }

  /** Stops a node in order. */
  void stop(String id) {
    Running stopped = requireNonNull(running.remove(id));
    Await.result(vertx.undeploy(stopped.deployment()).map(v -> true));
    meet();
  }

  List<NodeId> ids() {
    return running.keySet().stream().map(NodeId::new).toList();
  }

  /** What a node answers; empty when it does not. */
  Optional<Content> ask(String id, StorageMessage request) {
    return Await.result(asked(id, request));
  }

  /** As {@link #ask}, without waiting for it. */
  Future<Optional<Content>> asked(String id, StorageMessage request) {
    return bus.request(Addresses.STORAGE, new NodeId(id), request, TIMEOUT)
        .map(
            outcome ->
                outcome instanceof Outcome.Ok<Reply> ok
                    ? Optional.of(ok.value().content())
                    : Optional.empty());
  }

  /** Asks one after the other until one gives such an answer. */
  @CanIgnoreReturnValue
  <C extends Content> C eventually(StorageMessage request, Class<C> type, Predicate<C> wanted) {
    List<C> answers = new ArrayList<>();
    List<String> others = new ArrayList<>();
    Await.until(
        request + " is answered by " + type.getSimpleName() + ", last by " + others,
        () -> {
          for (String id : List.copyOf(running.keySet())) {
            Optional<Content> content = ask(id, request);
            if (content.isPresent() && type.isInstance(content.get())) {
              C answer = type.cast(content.get());
              if (wanted.test(answer)) {
                answers.add(answer);
                return true;
              }
            }
          }
          return false;
        },
        LONG);
    return answers.getFirst();
  }

  @CanIgnoreReturnValue
  Result change(String group, StorageOp op) {
    long sequence = sequences.merge(group, 1L, Long::sum);
    Mutation mutation = new Mutation(client, sequence, sequence, op);
    return eventually(new Write(group, mutation), Applied.class, a -> true).result();
  }

  @CanIgnoreReturnValue
  Result put(String key, String value) {
    return change(DATA, new Put(key, Blob.utf8(value), Expect.ANY, Life.FOREVER, List.of()));
  }

  Optional<String> get(String key) {
    return eventually(new Get(DATA, key, Freshness.LINEARIZABLE, 0), Found.class, found -> true)
        .value()
        .map(Blob::text);
  }

  Optional<String> stale(String id, String key) {
    return ask(id, new Get(DATA, key, Freshness.STALE, 0))
        .filter(Found.class::isInstance)
        .flatMap(c -> ((Found) c).value())
        .map(Blob::text);
  }

  Optional<Roster> roster(String id) {
    var outcome =
        Await.result(
            bus.request(Addresses.STORAGE_ROSTER, new NodeId(id), new AskRoster(0), TIMEOUT));
    return outcome instanceof Outcome.Ok<?> ok && ok.value() instanceof RosterTold told
        ? told.roster()
        : Optional.empty();
  }

  /** A roster as one sees it who is no storage node, kept in a directory. */
  CommittedRoster committed(String id, Path directory) {
    CommittedRoster committed =
        new CommittedRoster(
            vertx, bus, requireNonNull(running.get(id)).node().members(), directory);
    Await.result(committed.start().map(v -> true));
    return committed;
  }

  JsonObject operate(String id, String group, String verb, String... arguments) {
    Outcome<Reply> outcome =
        Await.result(
            bus.request(
                Addresses.STORAGE,
                new NodeId(id),
                new Operate(group, verb, List.of(arguments)),
                TIMEOUT));
    if (outcome instanceof Outcome.Ok<Reply> ok && ok.value().content() instanceof Told told) {
      return new JsonObject(told.text());
    }
    throw new AssertionError(verb + " ended as " + outcome);
  }

  /** Waits until so many nodes vote in each group. */
  void awaitReplicas(int count) {
    Await.until(
        "every group has " + count + " replicas",
        () ->
            roster(running.keySet().iterator().next())
                .filter(r -> r.groups().stream().allMatch(g -> g.replicas().size() == count))
                .filter(
                    r ->
                        r.groups().stream()
                            .allMatch(g -> voters(g.group()) == count && led(g.group())))
                .isPresent(),
        LONG);
  }

  private boolean led(String group) {
    return running.keySet().stream().anyMatch(id -> leads(id, group));
  }

  boolean leads(String id, String group) {
    return groups(id).stream()
        .anyMatch(g -> g.getString("group").equals(group) && g.getString("role").equals("leader"));
  }

  String leader(String group) {
    Await.until("somebody leads " + group, () -> led(group), LONG);
    return running.keySet().stream().filter(id -> leads(id, group)).findFirst().orElseThrow();
  }

  private long voters(String group) {
    return running.keySet().stream()
        .filter(
            id ->
                groups(id).stream()
                    .anyMatch(
                        g ->
                            g.getString("group").equals(group)
                                && List.of("leader", "follower").contains(g.getString("role"))))
        .count();
  }

  /** The replicas of a node, as it says itself. */
  private List<JsonObject> groups(String id) {
    Optional<Content> content = ask(id, new Operate(StorageMessage.META, "nodes", List.of()));
    if (content.isEmpty() || !(content.get() instanceof Told told)) {
      return List.of();
    }
    return new JsonObject(told.text())
        .getJsonArray("nodes").stream()
            .map(JsonObject.class::cast)
            .filter(n -> n.getString("id").equals(id))
            .flatMap(n -> n.getJsonArray("groups").stream())
            .map(JsonObject.class::cast)
            .toList();
  }

  @Override
  public void close() {
    Await.result(vertx.close().map(v -> true));
  }
}
