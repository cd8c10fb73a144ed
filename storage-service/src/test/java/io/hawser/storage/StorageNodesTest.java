package io.hawser.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Blob;
import io.hawser.model.NodeId;
import io.hawser.model.RosterMessage.NodeState;
import io.hawser.model.RosterMessage.StorageNode;
import io.hawser.model.StorageMessage;
import io.hawser.model.StorageMessage.Applied;
import io.hawser.model.StorageMessage.Changes;
import io.hawser.model.StorageMessage.Content;
import io.hawser.model.StorageMessage.Found;
import io.hawser.model.StorageMessage.Freshness;
import io.hawser.model.StorageMessage.Get;
import io.hawser.model.StorageMessage.Mutation;
import io.hawser.model.StorageMessage.Operate;
import io.hawser.model.StorageMessage.Write;
import io.hawser.model.StorageOp.Acquire;
import io.hawser.model.StorageOp.Expect;
import io.hawser.model.StorageOp.LeaseState;
import io.hawser.model.StorageOp.Life;
import io.hawser.model.StorageOp.Put;
import io.hawser.model.StorageOp.Result;
import io.hawser.model.StorageOp.Written;
import io.hawser.storage.node.SafeFile;
import io.hawser.testing.Await;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes of the store in one JVM. Over 300 lines, as each case needs the same nodes. */
class StorageNodesTest {
  @TempDir Path dir;
  private StorageCluster cluster;

  @BeforeEach
  void begin() {
    cluster = new StorageCluster(dir);
  }

  @AfterEach
  void end() {
    cluster.close();
  }

  private void three() {
    cluster.start("node-0", "new");
    cluster.start("node-1", "join");
    cluster.start("node-2", "join");
    cluster.awaitReplicas(3);
  }

  @Test
  void one_new_node_takes_writes_and_has_them_after_a_restart() {
    cluster.start("node-0", "new");
    cluster.put("a", "1");
    assertThat(cluster.get("a")).contains("1");

    cluster.stop("node-0");
    cluster.start("node-0", "new");

    assertThat(cluster.get("a")).contains("1");
    cluster.put("a", "2");
    assertThat(cluster.stale("node-0", "a")).contains("2");
  }

  @Test
  void a_node_that_is_to_join_founds_nothing_and_is_ready_all_the_same() {
    var node = cluster.start("node-0", "join");

    Await.until("it is ready", () -> node.context().readiness().allReady());
    assertThat(cluster.roster("node-0")).isEmpty();
    assertThat(cluster.ask("node-0", new Get("data-0", "a", Freshness.STALE, 0)))
        .hasValueSatisfying(StorageNodesTest::isUnavailable);
  }

  private static void isUnavailable(Content content) {
    assertThat(content).isInstanceOf(StorageMessage.Unavailable.class);
  }

  @Test
  void three_nodes_hold_what_one_had_and_survive_the_leader() {
    cluster.start("node-0", "new");
    cluster.put("a", "1");
    cluster.start("node-1", "join");
    cluster.start("node-2", "join");
    cluster.awaitReplicas(3);

    cluster.stop(cluster.leader(StorageCluster.DATA));

    assertThat(cluster.get("a")).contains("1");
    cluster.put("b", "2");
    for (NodeId id : cluster.ids()) {
      Await.until("all have it", () -> cluster.stale(id.value(), "b").equals(Optional.of("2")));
    }
  }

  @Test
  void all_nodes_come_back_with_other_addresses_and_everything_is_there() {
    three();
    cluster.put("a", "1");
    List.of("node-0", "node-1", "node-2").forEach(cluster::stop);

    // Port 0: each has another one now.
    cluster.start("node-2", "join");
    cluster.start("node-1", "join");
    cluster.start("node-0", "new");

    assertThat(cluster.get("a")).contains("1");
    cluster.put("a", "2");
    assertThat(cluster.get("a")).contains("2");
  }

  @Test
  void without_a_majority_nothing_new_is_answered_and_stale_reads_are() {
    three();
    cluster.put("a", "1");
    String left = "node-1";
    Await.until("it has it", () -> cluster.stale(left, "a").equals(Optional.of("1")));
    cluster.stop("node-2");
    cluster.stop("node-0");

    long startNs = System.nanoTime();
    Optional<Content> read =
        cluster.ask(left, new Get(StorageCluster.DATA, "a", Freshness.LINEARIZABLE, 0));
    Optional<Content> write = cluster.ask(left, write("a", "lost"));

    assertThat(System.nanoTime() - startNs).isLessThan(9_000_000_000L);
    assertThat(read).isPresent().get().isNotInstanceOf(Found.class);
    assertThat(write).isPresent().get().isNotInstanceOf(Applied.class);
    assertThat(cluster.stale(left, "a")).contains("1");
  }

  private static Write write(String key, String value) {
    return new Write(
        StorageCluster.DATA,
        new Mutation(
            "other", 1, 1, new Put(key, Blob.utf8(value), Expect.ANY, Life.FOREVER, List.of())));
  }

  @Test
  void a_wiped_disk_joins_anew_under_its_old_name() throws Exception {
    three();
    cluster.put("a", "1");
    String disk = disk("node-0", "node-2");
    cluster.stop("node-2");
    SafeFile.removeTree(cluster.dir("node-2").resolve("storage"));

    cluster.start("node-2", "join");

    Await.until(
        "it is a replica again",
        () ->
            !disk("node-0", "node-2").equals(disk)
                && cluster.stale("node-2", "a").equals(Optional.of("1")),
        StorageCluster.LONG);
    cluster.awaitReplicas(3);
    Await.until("all replicas are equal", this::allEqual, StorageCluster.LONG);
  }

  private String disk(String asked, String id) {
    return cluster
        .roster(asked)
        .flatMap(r -> r.node(new NodeId(id)))
        .map(StorageNode::disk)
        .orElse("");
  }

  private boolean allEqual() {
    return cluster.operate("node-0", StorageMessage.META, "verify").getJsonArray("groups").stream()
        .allMatch(g -> ((JsonObject) g).getBoolean("equal"));
  }

  @Test
  void replicas_are_compared_also_while_somebody_writes_all_the_time() {
    three();
    cluster.put("a", "1");
    List<Future<?>> writers = new ArrayList<>();
    AtomicBoolean enough = new AtomicBoolean();
    String leader = cluster.leader(StorageCluster.DATA);
    for (int i = 0; i < 8; i++) {
      writers.add(writeOn(leader, "w/" + i, 1, enough));
    }
    try {
      for (int i = 0; i < 5; i++) {
        JsonArray groups =
            cluster.operate("node-0", StorageMessage.META, "verify").getJsonArray("groups");
        assertThat(groups)
            .allSatisfy(
                g -> {
                  assertThat(((JsonObject) g).getLong("appliedIndex")).as("%s", g).isPositive();
                  assertThat(((JsonObject) g).getBoolean("equal")).as("%s", g).isTrue();
                });
      }
    } finally {
      enough.set(true);
      Await.result(Future.join(writers).map(v -> true));
    }
  }

  @Test
  void a_replica_that_does_not_answer_is_named_at_once_and_the_others_are_compared() {
    three();
    cluster.put("a", "1");
    cluster.stop("node-2");
    cluster.put("a", "2");

    JsonArray groups =
        cluster.operate("node-0", StorageMessage.META, "verify").getJsonArray("groups");
    assertThat(groups)
        .hasSize(2)
        .allSatisfy(
            g -> {
              JsonObject group = (JsonObject) g;
              assertThat(group.getBoolean("equal")).as("%s", g).isFalse();
              assertThat(group.getLong("appliedIndex")).as("%s", g).isPositive();
              List<JsonObject> rows =
                  group.getJsonArray("replicas").stream().map(JsonObject.class::cast).toList();
              assertThat(rows).extracting(r -> r.getString("node")).contains("node-2").hasSize(3);
              assertThat(rows)
                  .allSatisfy(
                      r ->
                          assertThat(r.containsKey("error"))
                              .isEqualTo(r.getString("node").equals("node-2")));
              assertThat(rows.stream().map(r -> r.getString("hash")).filter(Objects::nonNull))
                  .hasSize(2);
            });
  }

  private Future<?> writeOn(String leader, String key, long number, AtomicBoolean enough) {
    Put put = new Put(key, Blob.utf8("v" + number), Expect.ANY, Life.FOREVER, List.of());
    Mutation mutation = new Mutation(key, number, number, put);
    return cluster
        .asked(leader, new Write(StorageCluster.DATA, mutation))
        .compose(
            answer ->
                enough.get() ? Future.succeededFuture() : writeOn(leader, key, number + 1, enough));
  }

  @Test
  void a_group_that_is_recovered_goes_on_above_all_that_was_ever_given_away() {
    three();
    long before = ((Written) cluster.put("a", "1")).revision();
    long token = epoch(cluster.change(StorageMessage.META, new Acquire("l", "x", 60_000)));
    Await.until("it has it", () -> cluster.stale("node-1", "a").equals(Optional.of("1")));
    cluster.stop("node-0");
    cluster.stop("node-2");

    for (String group : List.of(StorageMessage.META, StorageCluster.DATA)) {
      String words = "lose " + group + " but on node-1";
      assertThat(cluster.operate("node-1", group, "recover", words).getBoolean("done")).isTrue();
    }

    assertThat(cluster.get("a")).contains("1");
    assertThat(((Written) cluster.put("a", "2")).revision()).isGreaterThan(before + (1L << 40));
    assertThat(epoch(cluster.change(StorageMessage.META, new Acquire("m", "y", 60_000))))
        .isGreaterThan(token + (1L << 40));
    assertThat(
            cluster
                .eventually(
                    new StorageMessage.Await(StorageCluster.DATA, "", before, 10, 0),
                    Changes.class,
                    c -> true)
                .compacted())
        .isTrue();
  }

  private static long epoch(Result acquired) {
    return ((LeaseState) acquired).epoch();
  }

  @Test
  void a_drained_node_gives_its_replicas_to_a_fourth() {
    three();
    cluster.put("a", "1");
    cluster.start("node-3", "join");
    Await.until(
        "the fourth is in",
        () -> state("node-3").equals(Optional.of(NodeState.UP)),
        StorageCluster.LONG);

    String leader = cluster.leader(StorageMessage.META);
    assertThat(cluster.operate(leader, StorageMessage.META, "drain", "node-1")).isNotNull();

    Await.until(
        "it is removed",
        () -> state("node-1").equals(Optional.of(NodeState.REMOVED)),
        StorageCluster.LONG);
    assertThat(cluster.stale("node-1", "a")).isEmpty();
    assertThat(cluster.get("a")).contains("1");
    cluster.awaitReplicas(3);
  }

  private Optional<NodeState> state(String id) {
    return cluster.roster("node-0").flatMap(r -> r.node(new NodeId(id))).map(StorageNode::state);
  }

  @Test
  void of_those_that_expect_one_another_the_lowest_founds() {
    cluster.start("node-1", "expect:3");
    cluster.start("node-2", "expect:3");
    assertThat(cluster.roster("node-1")).isEmpty();

    cluster.start("node-0", "expect:3");

    cluster.awaitReplicas(3);
    cluster.put("a", "1");
    assertThat(cluster.get("a")).contains("1");
  }

  @Test
  void the_registry_nodes_that_count_are_known_without_storage_once_they_were_seen() {
    cluster.start("node-0", "new");
    cluster.start("node-1", "join");
    for (String id : List.of("node-0", "node-1", "node-9")) {
      Await.until(id + " is entered", () -> entered(id), StorageCluster.LONG);
    }
    assertThat(told("node-0", StorageMessage.FORGET_REGISTRY, "node-9")).isTrue();
    var seen = cluster.committed("node-1", dir);
    Await.until(
        "both count",
        () -> seen.registryNodes().equals(Set.of(new NodeId("node-0"), new NodeId("node-1"))),
        StorageCluster.LONG);

    cluster.stop("node-0");

    assertThat(cluster.committed("node-1", dir).registryNodes()).hasSize(2);
  }

  private boolean entered(String id) {
    return told("node-0", StorageMessage.ENTER_REGISTRY, id)
        || told("node-1", StorageMessage.ENTER_REGISTRY, id);
  }

  /** Whether the node, which has to lead, did it. */
  private boolean told(String at, String verb, String id) {
    return cluster
        .ask(at, new Operate(StorageMessage.META, verb, List.of(id)))
        .filter(StorageMessage.Told.class::isInstance)
        .isPresent();
  }
}
