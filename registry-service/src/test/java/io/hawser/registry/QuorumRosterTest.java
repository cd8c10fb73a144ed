package io.hawser.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.DetectionMessage.RosterMark;
import io.hawser.model.NodeId;
import io.hawser.model.StorageMessage;
import io.hawser.testing.Await;
import io.hawser.testing.TestNode;
import io.hawser.testing.storage.FakeStorage;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuorumRosterTest {
  private static final NodeId SELF = new NodeId("node-0");
  private static final NodeId OTHER = new NodeId("node-1");
  private static final NodeId DEAD = new NodeId("node-9");

  private final Vertx vertx = Vertx.vertx();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<QuorumRoster> opened = new ArrayList<>();
  private boolean commits;

  @TempDir private Path dir;

  /** Once nothing is being written to the directory, which goes next. */
  @AfterEach
  void close() {
    for (QuorumRoster roster : opened) {
      Await.result(roster.leave(1));
    }
    if (commits) {
      Await.until("the committed roster is on disk", this::onDisk);
    }
    Await.result(vertx.close());
  }

  private boolean onDisk() {
    return Files.exists(dir.resolve("committed-roster"));
  }

  private TestNode node(Map<String, String> settings) {
    return TestNode.on(vertx).dataDir(dir).settings(settings).start();
  }

  private QuorumRoster open(TestNode node) {
    QuorumRoster roster = Await.result(QuorumRoster.open(vertx, node.context(), () -> {}));
    opened.add(roster);
    return roster;
  }

  /** A store that takes in who enters itself. */
  private FakeStorage storage(TestNode node, NodeId... committed) {
    commits = true;
    FakeStorage storage = FakeStorage.start(vertx, node.bus(), 1, node.id());
    storage.registry(List.of(committed));
    storage.operator(
        operate -> {
          asked.add(operate.verb() + " " + operate.arguments());
          storage.registry(
              java.util.stream.Stream.concat(
                      java.util.stream.Stream.of(committed),
                      operate.arguments().stream().map(NodeId::new))
                  .toList());
          return "{\"done\":true}";
        });
    return storage;
  }

  @Test
  void without_storage_it_is_what_the_nodes_have_told_one_another() {
    QuorumRoster roster = open(node(Map.of()));
    assertThat(roster.members()).containsExactly(SELF);
    assertThat(roster.merge(List.of(new RosterMark(OTHER, 1, false)), 1)).isTrue();

    assertThat(roster.members()).containsExactly(SELF, OTHER);
    assertThat(roster.source()).isEqualTo("learned");
  }

  @Test
  void a_node_enters_itself_in_the_roster_that_storage_commits() {
    TestNode node = node(Map.of());
    FakeStorage unused = storage(node, OTHER);
    QuorumRoster roster = open(node);
    Await.until("it is in", () -> roster.source().equals("committed"));

    assertThat(roster.members()).containsExactly(SELF, OTHER);
    assertThat(asked).containsOnly(StorageMessage.ENTER_REGISTRY + " [node-0]");
  }

  @Test
  void what_was_committed_counts_though_it_is_never_heard_and_storage_is_gone() {
    TestNode node = node(Map.of());
    FakeStorage storage = storage(node, SELF, OTHER, DEAD);
    QuorumRoster first = open(node);
    Await.until("it is told", () -> first.members().size() == 3);
    Await.until("it is on disk", this::onDisk);
    storage.fault((at, request) -> FakeStorage.silence());

    QuorumRoster again = open(node);

    assertThat(again.members()).containsExactly(SELF, OTHER, DEAD);
  }

  @Test
  void one_that_is_heard_of_counts_before_it_is_committed() {
    TestNode node = node(Map.of());
    FakeStorage unused = storage(node, SELF);
    QuorumRoster roster = open(node);
    Await.until("it is told", () -> roster.source().equals("committed"));
    assertThat(roster.merge(List.of(new RosterMark(OTHER, 1, false)), 1)).isTrue();

    assertThat(roster.members()).containsExactly(SELF, OTHER);
    assertThat(roster.source()).isEqualTo("committed, and not yet [node-1]");
  }

  @Test
  void one_that_stopped_in_good_order_counts_as_long_as_it_is_committed() {
    TestNode node = node(Map.of());
    FakeStorage unused = storage(node, SELF, OTHER);
    QuorumRoster roster = open(node);
    Await.until("it is told", () -> roster.members().size() == 2);
    assertThat(roster.merge(List.of(new RosterMark(OTHER, 1, true)), 1)).isTrue();

    assertThat(roster.members()).containsExactly(SELF, OTHER);
  }

  @Test
  void one_that_an_operator_took_out_counts_no_more() {
    TestNode node = node(Map.of());
    FakeStorage storage = storage(node, SELF, OTHER, DEAD);
    QuorumRoster roster = open(node);
    Await.until("it is told", () -> roster.members().size() == 3);
    assertThat(roster.merge(List.of(new RosterMark(DEAD, 1, false)), 1)).isTrue();

    storage.registry(List.of(SELF, OTHER));
    assertThat(roster.forget(DEAD)).isTrue();
    Await.until("it is out", () -> roster.members().size() == 2);

    assertThat(roster.members()).containsExactly(SELF, OTHER);
  }

  @Test
  void one_that_is_pinned_is_that() {
    TestNode node = node(Map.of("registry.roster", "node-0,node-7"));
    FakeStorage unused = storage(node, SELF, OTHER);
    QuorumRoster roster = open(node);
    Await.until("it is on disk", this::onDisk);

    assertThat(roster.source()).isEqualTo("pinned");
    assertThat(roster.members()).containsExactlyInAnyOrder(SELF, new NodeId("node-7"));
  }
}
