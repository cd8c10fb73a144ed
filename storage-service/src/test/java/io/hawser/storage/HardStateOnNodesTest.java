package io.hawser.storage;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.bus.client.hard.HardState.Committed;
import io.hawser.bus.client.hard.HardStateReplica;
import io.hawser.model.Facet.Affinity;
import io.hawser.model.Facet.Route;
import io.hawser.model.Facet.Strategy;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.Outcome;
import io.hawser.model.StorageMessage;
import io.hawser.model.StorageOp.Expect;
import io.hawser.testing.Await;
import io.hawser.testing.TestNode;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The suite's records on three real replicas, which are lost one after the other. */
class HardStateOnNodesTest {
  private static final FacetKey FIRST = FacetKey.named(Kind.ROUTE, "first");
  private static final FacetKey SECOND = FacetKey.named(Kind.ROUTE, "second");
  private static final FacetKey THIRD = FacetKey.named(Kind.ROUTE, "third");

  private final StorageCluster cluster;

  HardStateOnNodesTest(@TempDir Path dir) {
    cluster = new StorageCluster(dir);
  }

  @AfterEach
  void end() {
    cluster.close();
  }

  private static Route to(String service) {
    return new Route(service, "", "/" + service, false, Strategy.TWO_CHOICES, Affinity.NONE);
  }

  private static Outcome<Committed> put(TestNode node, FacetKey key) {
    return Await.result(
        node.context().hardState().store().put(key, to(key.name()), Expect.ANY, List.of()));
  }

  private static void putInTheEnd(TestNode node, FacetKey key) {
    Await.until(
        "the store takes " + key, () -> put(node, key) instanceof Outcome.Ok, StorageCluster.LONG);
  }

  private static Set<FacetKey> routes(TestNode node) {
    return node.catalog().all(Kind.ROUTE, Route.class).keySet();
  }

  private static void awaitRoutes(TestNode node, FacetKey... keys) {
    Await.until(
        node.id() + " has " + List.of(keys),
        () -> routes(node).equals(Set.of(keys)),
        StorageCluster.LONG);
  }

  private Map<String, TestNode> three() {
    Map<String, TestNode> nodes =
        Map.of(
            "node-0", cluster.start("node-0", "new"),
            "node-1", cluster.start("node-1", "join"),
            "node-2", cluster.start("node-2", "join"));
    nodes.values().forEach(node -> node.startCatalog().startHardState());
    cluster.awaitReplicas(3);
    return nodes;
  }

  private static TestNode of(Map<String, TestNode> nodes, String id) {
    return requireNonNull(nodes.get(id));
  }

  @Test
  void routes_outlive_their_leader_and_then_the_store() {
    Map<String, TestNode> nodes = three();
    TestNode writer = of(nodes, "node-1");
    putInTheEnd(writer, FIRST);
    assertThat(routes(writer)).contains(FIRST);
    nodes.values().forEach(node -> awaitRoutes(node, FIRST));

    String leader = cluster.leader(StorageMessage.META);
    List<String> left =
        List.of("node-0", "node-1", "node-2").stream().filter(id -> !id.equals(leader)).toList();
    TestNode survivor = of(nodes, left.getFirst());
    cluster.stop(leader);
    putInTheEnd(survivor, SECOND);
    awaitRoutes(of(nodes, left.getLast()), FIRST, SECOND);

    cluster.stop(left.getLast());
    assertThat(put(survivor, THIRD)).isNotInstanceOf(Outcome.Ok.class);
    assertThat(routes(survivor)).containsExactlyInAnyOrder(FIRST, SECOND);
    cluster.close();

    Vertx alone = Vertx.vertx();
    try {
      TestNode again =
          TestNode.on(alone)
              .id(left.getFirst())
              .kept(HardStateReplica.KINDS)
              .dataDir(cluster.dir(left.getFirst()))
              .start()
              .startHardState();
      assertThat(routes(again)).containsExactlyInAnyOrder(FIRST, SECOND);
    } finally {
      Await.result(alone.close());
    }
  }
}
