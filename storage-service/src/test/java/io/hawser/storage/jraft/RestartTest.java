package io.hawser.storage.jraft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.model.NodeId;
import io.hawser.storage.log.LogFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestartTest {
  @TempDir Path root;

  @Test
  void a_restarted_replica_is_handed_only_what_its_machine_lacks() {
    try (LogCluster cluster = LogCluster.direct(root).startAll(1, 2, 3)) {
      cluster.putMany("a", 100);
      cluster.awaitEqual(100);
      NodeId follower = cluster.followers().getFirst().id();
      ListMachine machine = cluster.stop(follower).survived();
      cluster.putMany("b", 50);
      cluster.start(follower, LogCluster.ids(1, 2, 3), machine);
      cluster.awaitEqual(150);
      assertThat(machine.applied()).allMatch(text -> text.startsWith("b"));
    }
  }

  /** They may be a hundred thousand, and a leader may be needed at once. */
  @Test
  void what_the_machine_has_is_not_even_read_after_a_restart() {
    AtomicInteger reads = new AtomicInteger();
    try (LogCluster cluster =
        LogCluster.direct(root)
            .disk(rocks -> FailingDisk.reading(rocks, reads::incrementAndGet))
            .startAll(1)) {
      cluster.putMany("a", 2_000);
      ListMachine machine = cluster.stop(LogCluster.id(1)).survived();
      reads.set(0);
      cluster.start(LogCluster.id(1), LogCluster.ids(1), machine);
      cluster.put("b");
      cluster.awaitEqual(2_001);
      assertThat(machine.applied()).containsExactly("b");
      assertThat(reads.get()).isLessThan(100);
    }
  }

  @Test
  void all_nodes_restart_with_other_addresses_and_have_everything() {
    try (LogCluster cluster = LogCluster.direct(root).startAll(1, 2, 3)) {
      cluster.putMany("a", 100);
      cluster.awaitEqual(100);
      List<String> before = cluster.leader().machine().entries();
      Map<NodeId, ListMachine> machines = new TreeMap<>();
      LogCluster.ids(1, 2, 3).forEach(id -> machines.put(id, cluster.stop(id).survived()));
      machines.forEach((id, machine) -> cluster.start(id, LogCluster.ids(1, 2, 3), machine));
      cluster.put("after");
      cluster.awaitEqual(101);
      assertThat(cluster.leader().machine().entries()).startsWith(before.toArray(String[]::new));
    }
  }

  @Test
  void a_machine_that_lost_everything_is_filled_again_from_the_log() {
    try (LogCluster cluster = LogCluster.direct(root).startAll(1)) {
      cluster.putMany("a", 20);
      cluster.stop(LogCluster.id(1));
      cluster.start(LogCluster.id(1), LogCluster.ids(1), new ListMachine());
      cluster.awaitEqual(20);
    }
  }

  @Test
  void a_replica_that_has_voted_but_has_no_log_does_not_start() throws IOException {
    try (LogCluster cluster = LogCluster.direct(root).startAll(1)) {
      cluster.put("a");
      cluster.stop(LogCluster.id(1));
      delete(cluster.directory(LogCluster.id(1)).resolve("log"));
      refused(cluster, new ListMachine(), "is missing");
    }
  }

  @Test
  void a_replica_whose_machine_is_ahead_of_its_log_does_not_start() throws IOException {
    try (LogCluster cluster = LogCluster.direct(root).startAll(1)) {
      cluster.put("a");
      ListMachine machine = cluster.stop(LogCluster.id(1)).survived();
      delete(cluster.directory(LogCluster.id(1)).resolve("log"));
      delete(cluster.directory(LogCluster.id(1)).resolve("meta"));
      refused(cluster, machine, "its end is lost");
    }
  }

  @Test
  void a_replica_that_has_lost_its_votes_does_not_start() throws IOException {
    try (LogCluster cluster = LogCluster.direct(root).startAll(1)) {
      cluster.put("a");
      ListMachine machine = cluster.stop(LogCluster.id(1)).survived();
      delete(cluster.directory(LogCluster.id(1)).resolve("meta"));
      refused(cluster, machine, "with its votes is missing");
    }
  }

  @Test
  void a_replica_whose_log_is_corrupt_does_not_start() throws IOException {
    try (LogCluster cluster = LogCluster.direct(root).startAll(1)) {
      cluster.put("a");
      ListMachine machine = cluster.stop(LogCluster.id(1)).survived();
      Path current = cluster.directory(LogCluster.id(1)).resolve("log").resolve("CURRENT");
      Files.writeString(current, "rubbish");
      refused(cluster, machine, "corrupt");
    }
  }

  private static void refused(LogCluster cluster, ListMachine machine, String why) {
    assertThatThrownBy(() -> cluster.start(LogCluster.id(1), LogCluster.ids(1), machine))
        .isInstanceOf(LogFailure.Stopped.class)
        .hasMessageContaining(why);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
