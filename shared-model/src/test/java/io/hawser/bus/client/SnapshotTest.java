package io.hawser.bus.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Entry;
import io.hawser.model.Facet.Receiver;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.NodeId;
import io.hawser.model.Stamp;
import io.hawser.testing.Await;
import io.hawser.testing.FakeTime;
import io.hawser.testing.TestNode;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotTest {
  private static final FacetKey KEY = FacetKey.named(Kind.RECEIVER, "ops");
  private static final FacetKey GONE = FacetKey.named(Kind.RECEIVER, "gone");

  @TempDir Path dir;
  private final FakeTime time = new FakeTime();

  /** Nodes that keep their catalogs in directories of their own. */
  private List<TestNode> cluster(Vertx vertx, int count) {
    List<TestNode> nodes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      TestNode.Builder builder = TestNode.on(vertx).id("node-" + i).time(time.time());
      if (i > 0) {
        builder.bus(nodes.getFirst().bus());
      }
      nodes.add(builder.build());
    }
    TestNode.meet(nodes);
    for (TestNode node : nodes) {
      node.catalog().keepIn(directory(node.id().value()));
      node.startCatalog();
    }
    return nodes;
  }

  private Path directory(String node) {
    try {
      return Files.createDirectories(dir.resolve(node));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Optional<Stamp>> stamps(List<TestNode> nodes, FacetKey key) {
    return nodes.stream().map(n -> n.catalog().stamp(key)).toList();
  }

  @Test
  void the_catalog_survives_a_restart_of_all_nodes_with_its_stamps() {
    Vertx vertx = Vertx.vertx();
    List<TestNode> nodes = cluster(vertx, 3);
    Await.result(nodes.get(0).catalog().put(KEY, new Receiver("http://a")));
    Await.result(nodes.get(1).catalog().put(GONE, new Receiver("http://b")));
    Await.result(nodes.get(1).catalog().delete(GONE));
    Await.until(
        "all hold all",
        () ->
            nodes.stream().allMatch(n -> n.catalog().stamp(KEY).isPresent())
                && stamps(nodes, GONE).stream().distinct().count() == 1);
    Optional<Stamp> written = nodes.get(0).catalog().stamp(KEY);
    Optional<Stamp> deleted = nodes.get(0).catalog().stamp(GONE);
    Await.result(vertx.close());
    time.setWallMs(time.wallMs() - 30_000);

    Vertx next = Vertx.vertx();
    List<TestNode> again = cluster(next, 3);
    assertThat(stamps(again, KEY)).containsOnly(written);
    assertThat(stamps(again, GONE)).containsOnly(deleted);
    assertThat(again.get(2).catalog().get(GONE, Receiver.class)).isEmpty();
    Await.result(again.get(2).catalog().put(KEY, new Receiver("http://later")));
    assertThat(again.get(2).catalog().stamp(KEY).orElseThrow().newerThan(written.orElseThrow()))
        .isTrue();
    Await.result(next.close());
  }

  @Test
  void a_broken_snapshot_is_set_aside_and_the_node_starts_without_it() throws IOException {
    Path file = directory("node-0").resolve("catalog.snapshot");
    Files.writeString(file, "no snapshot at all");
    Vertx vertx = Vertx.vertx();
    List<TestNode> nodes = cluster(vertx, 1);
    assertThat(nodes.getFirst().catalog().stamp(KEY)).isEmpty();
    assertThat(file.resolveSibling("catalog.snapshot.refused")).hasContent("no snapshot at all");
    Await.result(nodes.getFirst().catalog().put(KEY, new Receiver("http://a")));
    Await.result(vertx.close());

    assertThat(new SnapshotFile(file, new NodeId("n")).read().entries()).hasSize(1);
  }

  @Test
  void a_changed_or_cut_file_is_never_read_as_something_else() throws IOException {
    SnapshotFile file = new SnapshotFile(directory("x").resolve("some.snapshot"), new NodeId("n"));
    List<Entry> entries =
        IntStream.range(0, 1_200)
            .mapToObj(
                i ->
                    new Entry(
                        FacetKey.named(Kind.RECEIVER, "r" + i),
                        i % 3 == 0 ? Optional.empty() : Optional.of(new Receiver("http://" + i)),
                        new Stamp(i, new NodeId("n"))))
            .toList();
    file.write(entries, 17);
    assertThat(file.read()).isEqualTo(new SnapshotFile.Saved(entries, 17));
    byte[] good = Files.readAllBytes(file.path());
    Random random = new Random(5);
    for (int i = 0; i < 300; i++) {
      byte[] bad = good.clone();
      if (i % 2 == 0) {
        bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
      } else {
        bad = Arrays.copyOf(good, random.nextInt(good.length));
      }
      Files.write(file.path(), bad);
      assertThat(refused(file)).as("change %d", i).isTrue();
    }
  }

  private static boolean refused(SnapshotFile file) {
    try {
      SnapshotFile.Saved unused = file.read();
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
