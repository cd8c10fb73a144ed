package io.hawser.storage.jraft;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.NodeId;
import io.hawser.storage.jraft.LogCluster.Member;
import io.hawser.storage.log.LogFailure;
import io.hawser.testing.Await;
import io.vertx.core.Future;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A group whose machine was filled from a backup, before its log had anything. */
class RestoredTest {
  private static final NodeId ONE = LogCluster.id(1);
  private static final List<String> BACKUP = List.of("old1", "old2", "old3");

  @TempDir Path root;

  @Test
  void who_joins_a_restored_group_gets_what_the_backup_held() {
    try (LogCluster cluster = LogCluster.direct(root)) {
      cluster.start(ONE, LogCluster.ids(1), ListMachine.restored(BACKUP));
      grow(cluster);
      cluster.stop(ONE);
      cluster.put("after");
      cluster.awaitEqual(4);
      assertThat(cluster.leader().machine().entries()).containsAll(BACKUP).contains("after");
    }
  }

  @Test
  void also_when_it_has_written_and_restarted_first() {
    try (LogCluster cluster = LogCluster.direct(root)) {
      cluster.start(ONE, LogCluster.ids(1), ListMachine.restored(BACKUP));
      cluster.put("new");
      cluster.start(ONE, LogCluster.ids(1), cluster.stop(ONE).survived());
      grow(cluster);
      cluster.stop(ONE);
      cluster.put("after");
      cluster.awaitEqual(5);
    }
  }

  @Test
  void nobody_joins_a_restored_group_before_its_first_snapshots() {
    try (LogCluster cluster = LogCluster.direct(root)) {
      Member one = cluster.start(ONE, LogCluster.ids(1), ListMachine.restored(BACKUP));
      Path note = cluster.directory(ONE).resolve("restored");
      Future<Void> early = one.log().changeVoters(LogCluster.ids(1, 2));
      Await.until("it is answered", early::isComplete, LogCluster.LONG);
      assertThat(early.cause())
          .isInstanceOf(LogFailure.Refused.class)
          .hasMessageContaining("was restored");
      Await.until("the snapshots are taken", () -> !Files.exists(note), LogCluster.LONG);
    }
  }

  private static void grow(LogCluster cluster) {
    cluster.start(LogCluster.id(2), Set.of(), new ListMachine());
    cluster.start(LogCluster.id(3), Set.of(), new ListMachine());
    cluster.change(LogCluster.ids(1, 2, 3));
    int size = cluster.member(ONE).machine().size();
    cluster.awaitEqual(size);
  }
}
