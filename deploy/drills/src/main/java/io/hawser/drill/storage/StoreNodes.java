package io.hawser.drill.storage;

import static java.util.stream.Collectors.toSet;

import io.hawser.cli.base.Api;
import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import io.hawser.cli.base.Fields;
import io.hawser.drill.cluster.ClusterPlan;
import io.hawser.drill.cluster.DrillCluster;
import io.hawser.drill.cluster.Ports;
import io.hawser.drill.cluster.Wait;
import io.hawser.drill.fault.SmallDisk;
import io.hawser.drill.kv.Condition;
import io.hawser.drill.kv.KvClient;
import io.hawser.drill.kv.KvResult.How;
import io.hawser.drill.kv.Patience;
import io.hawser.drill.scenario.DrillRun;
import io.vertx.core.json.JsonObject;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Nodes of a store, and what they say of its groups. Owned by one thread. */
final class StoreNodes implements AutoCloseable {
  /** The group of the keys that clients write. */
  static final String DATA = "data-0";

  private static final int PORTS = 8;
  private static final int REPLICAS = 3;
  private static final Duration SERVING = Duration.ofSeconds(60);

  /** For the last word of a change of voters. */
  private static final Duration SETTLED = Duration.ofSeconds(1);

  private static final String NODES = Api.path("storage", "nodes");

  private final DrillCluster cluster;
  private final Map<Integer, SmallDisk> disks = new TreeMap<>();
  private int probes;
  private int up;

  private StoreNodes(DrillCluster cluster) {
    this.cluster = cluster;
  }

  /**
   * Starts them, and waits until they take writes.
   *
   * @param diskMib the size of each one's disk; 0, or where that is not permitted: no limit
   */
  static StoreNodes start(DrillRun run, int size, int diskMib) {
    ClusterPlan plan = plan(run, size, run.options().firstPort(), Map.of());
    StoreNodes nodes = new StoreNodes(new DrillCluster(plan, run.ledger()));
    try {
      for (int k = 0; diskMib > 0 && k < size; k++) {
        int node = k;
        SmallDisk.mount("node-" + k, plan.storageDir(k), diskMib, run.ledger())
            .ifPresent(disk -> nodes.disks.put(node, disk));
      }
    } catch (RuntimeException e) {
      nodes.close();
      throw e;
    }
    return nodes.started(run, size);
  }

  /** Some of the nodes that there may be, at the first ports that are free from this one on. */
  static StoreNodes start(
      DrillRun run, int size, int first, int firstPort, Map<String, Object> settings) {
    ClusterPlan plan = plan(run, size, firstPort, settings);
    return new StoreNodes(new DrillCluster(plan, run.ledger())).started(run, first);
  }

  private static ClusterPlan plan(
      DrillRun run, int size, int firstPort, Map<String, Object> settings) {
    int port = Ports.block(firstPort, size * PORTS);
    return new ClusterPlan(run.dir().resolve("nodes"), size, port, run.network(), settings);
  }

  private StoreNodes started(DrillRun run, int first) {
    try {
      for (int k = 0; k < first; k++) {
        startNext();
      }
      requireServing();
      run.journal().note(first + " nodes are up and take writes");
      return this;
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Starts the first node that was not started yet. */
  void startNext() {
    var unused = cluster.start(up);
    up++;
  }

  DrillCluster cluster() {
    return cluster;
  }

  /** Of those that were started. */
  int size() {
    return up;
  }

  List<Integer> all() {
    return IntStream.range(0, size()).boxed().toList();
  }

  List<Integer> others(int k) {
    return all().stream().filter(i -> i != k).toList();
  }

  List<InetSocketAddress> addresses() {
    return all().stream().map(cluster::apiAddress).toList();
  }

  /** The small disk of a node, when it has one. */
  Optional<SmallDisk> disk(int k) {
    return Optional.ofNullable(disks.get(k));
  }

  /**
   * Waits until every node takes a write and reads it again, and each group has the replicas that
   * are its due: before, the loss of one node may be more than a group can stand.
   *
   * @throws CliFailure when that does not come to be
   */
  void requireServing() {
    for (int k : all()) {
      if (!Wait.until(SERVING, () -> serves(k))) {
        throw new CliFailure(
            ExitCode.UNREACHABLE,
            "node-" + k + " does not take writes",
            "its log ends with:\n" + cluster.node(k).tail(20),
            "");
      }
    }
    if (!Wait.until(SERVING, this::grown)) {
      throw new CliFailure(
          ExitCode.UNREACHABLE, "not every group has its replicas", nodes().toString(), "");
    }
    Wait.pass(SETTLED);
  }

  /** Whether each group has a leader, and as many followers as it is to have. */
  private boolean grown() {
    Map<String, Integer> followers = new TreeMap<>();
    Map<String, Integer> leaders = new TreeMap<>();
    for (JsonObject node : nodes()) {
      for (JsonObject replica : Fields.items(node, "groups")) {
        String group = Fields.text(replica, "group");
        String role = Fields.text(replica, "role");
        var unused = followers.merge(group, role.equals("follower") ? 1 : 0, Integer::sum);
        var unusedToo = leaders.merge(group, role.equals("leader") ? 1 : 0, Integer::sum);
      }
    }
    int due = Math.min(size(), REPLICAS) - 1;
    return followers.containsKey(DATA)
        && followers.values().stream().allMatch(count -> count == due)
        && leaders.values().stream().allMatch(count -> count == 1);
  }

  private boolean serves(int k) {
    String key = "drill/probe/" + k;
    String name = "probe-" + k + "-" + ++probes;
    try (KvClient client =
        new KvClient(List.of(cluster.apiAddress(k)), 0, name, new Patience(2_000, 2_000, 50))) {
      return client.put(key, name, Condition.NONE).how() == How.DONE
          && client.get(key).value().equals(name);
    }
  }

  /** Who leads a group, by the highest term that any node knows of; empty when nobody does. */
  Optional<Integer> leader(String group) {
    record Lead(int node, long term) {}
    List<Lead> leads = new ArrayList<>();
    for (int k : all()) {
      for (JsonObject node : Fields.items(cluster.api(k).get(NODES).json(), "nodes")) {
        int number = number(Fields.text(node, "id"));
        for (JsonObject replica : Fields.items(node, "groups")) {
          if (Fields.text(replica, "group").equals(group)
              && Fields.text(replica, "role").equals("leader")) {
            leads.add(new Lead(number, Fields.number(replica, 0, "term")));
          }
        }
      }
    }
    return leads.stream()
        .filter(lead -> lead.node() >= 0 && lead.node() < size())
        .max(Comparator.comparingLong(Lead::term))
        .map(Lead::node);
  }

  private static int number(String id) {
    try {
      return Integer.parseInt(id.replaceFirst("^node-", ""));
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /** What the store says of its nodes, by the first of them that answers; empty when none does. */
  List<JsonObject> nodes() {
    return all().stream()
        .map(k -> Fields.items(cluster.api(k).get(NODES).json(), "nodes"))
        .filter(nodes -> !nodes.isEmpty())
        .findFirst()
        .orElse(List.of());
  }

  /** The replicas' hashes by group, as the first node says that answers; empty when none does. */
  List<JsonObject> verify() {
    return all().stream()
        .map(k -> cluster.api(k).get(Api.path("storage", "verify")))
        .filter(reply -> reply.status() == 200)
        .findFirst()
        .map(reply -> Fields.items(reply.json(), "groups"))
        .orElse(List.of());
  }

  /** Asks for an operation on a node, through any node that takes it; whether one did. */
  boolean operate(int k, String verb) {
    String path = Api.path("storage", "nodes", "node-" + k, verb);
    return all().stream().anyMatch(i -> cluster.api(i).post(path, new JsonObject()).ok());
  }

  /** Which nodes have a replica of each group, as the first node says that answers. */
  Map<String, Set<String>> placement() {
    Map<String, Set<String>> placement = new TreeMap<>();
    for (int k : all()) {
      for (JsonObject group :
          Fields.items(cluster.api(k).get(Api.path("storage", "placement")).json(), "groups")) {
        placement.put(
            Fields.text(group, "group"),
            group.getJsonArray("replicas").stream().map(String::valueOf).collect(toSet()));
      }
      if (!placement.isEmpty()) {
        break;
      }
    }
    return placement;
  }

  /** Whether a node has no replica any more. */
  boolean drained(int k) {
    return nodes().stream()
        .filter(node -> number(Fields.text(node, "id")) == k)
        .anyMatch(node -> Fields.items(node, "groups").isEmpty());
  }

  @Override
  public void close() {
    cluster.close();
  }
}
