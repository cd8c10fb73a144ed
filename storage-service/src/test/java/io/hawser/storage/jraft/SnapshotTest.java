package io.hawser.storage.jraft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.model.NodeId;
import io.hawser.storage.log.LogFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotTest {
  private static final NodeId ONE = LogCluster.id(1);

  @TempDir Path root;

  @Test
  void a_follower_that_lags_behind_the_log_installs_a_snapshot() {
    try (LogCluster cluster = LogCluster.direct(root).snapshotEvery(100).startAll(1, 2, 3)) {
      cluster.put("first");
      cluster.awaitEqual(1);
      NodeId follower = cluster.followers().getFirst().id();
      ListMachine machine = cluster.stop(follower).survived();
      cluster.putMany("a", 498);
      shorten(cluster);
      cluster.start(follower, LogCluster.ids(1, 2, 3), machine);
      cluster.awaitEqual(500);
      assertThat(machine.loads()).isPositive();
      assertThat(machine.entries()).isEqualTo(cluster.leader().machine().entries());
    }
  }

  @Test
  void a_new_node_installs_a_snapshot_before_it_votes() {
    try (LogCluster cluster = LogCluster.direct(root).startAll(1)) {
      cluster.putMany("a", 299);
      shorten(cluster);
      cluster.start(LogCluster.id(2), Set.of(), new ListMachine());
      cluster.start(LogCluster.id(3), Set.of(), new ListMachine());
      cluster.change(LogCluster.ids(1, 2, 3));
      cluster.put("after");
      cluster.awaitEqual(301);
      assertThat(cluster.member(LogCluster.id(2)).machine().loads()).isPositive();
    }
  }

  @Test
  void a_machine_that_lost_everything_loads_the_snapshot_and_then_the_rest_of_the_log() {
    try (LogCluster cluster = LogCluster.direct(root).startAll(1)) {
      cluster.putMany("a", 100);
      cluster.snapshot();
      cluster.putMany("b", 10);
      cluster.stop(ONE);
      cluster.start(ONE, LogCluster.ids(1), new ListMachine());
      cluster.awaitEqual(110);
    }
  }

  @Test
  void a_machine_that_has_more_than_the_snapshot_is_left_as_it_is() {
    try (LogCluster cluster = LogCluster.direct(root).startAll(1)) {
      cluster.putMany("a", 100);
      cluster.snapshot();
      cluster.putMany("b", 10);
      ListMachine machine = cluster.stop(ONE).survived();
      cluster.start(ONE, LogCluster.ids(1), machine);
      cluster.put("c");
      cluster.awaitEqual(111);
      assertThat(machine.loads()).isZero();
      assertThat(machine.applied()).containsOnly("c");
    }
  }

  @Test
  void a_corrupt_snapshot_is_not_loaded() throws IOException {
    try (LogCluster cluster = LogCluster.direct(root).startAll(1)) {
      cluster.putMany("a", 100);
      cluster.snapshot();
      cluster.stop(ONE);
      try (Stream<Path> all = Files.walk(cluster.directory(ONE).resolve("snapshot"))) {
        Path file = all.filter(path -> path.endsWith("entries")).findFirst().orElseThrow();
        Files.writeString(file, "not what was saved");
      }
      assertThatThrownBy(() -> cluster.start(ONE, LogCluster.ids(1), new ListMachine()))
          .isInstanceOf(LogFailure.Stopped.class)
          .hasMessageContaining("is corrupt");
    }
  }

  /** The log goes back to the last snapshot but one. */
  private static void shorten(LogCluster cluster) {
    cluster.snapshot();
    cluster.put("between");
    cluster.snapshot();
  }
}
