package io.hawser.storage.jraft;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.NodeId;
import io.hawser.storage.jraft.LogCluster.Member;
import io.hawser.testing.Await;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clusters on a bad network, with nodes that die and come back; the seed chooses what goes wrong.
 */
class FaultRunTest {
  private static final int ROUNDS = 8;
  private static final int WRITES = 15;

  @TempDir Path root;

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14})
  void nothing_acknowledged_is_lost_and_the_order_is_one(long seed) {
    Random random = new Random(seed);
    Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    try (LogCluster cluster = LogCluster.faulty(root, seed).snapshotEvery(50).startAll(1, 2, 3)) {
      cluster.put("begin");
      for (int round = 0; round < ROUNDS; round++) {
        Runnable repair = harm(cluster, random);
        write(cluster, round, acknowledged);
        cluster.net.heal();
        repair.run();
      }
      cluster.put("end");
      Await.until("all hold the same", () -> same(cluster), LogCluster.LONG);
      List<String> entries = cluster.leader().machine().entries();
      assertThat(entries).as("seed " + seed).containsAll(acknowledged);
      assertThat(entries.stream().filter(text -> text.startsWith("r")))
          .as("seed " + seed)
          .doesNotHaveDuplicates();
      assertThat(acknowledged).as("seed " + seed).isNotEmpty();
    }
  }

  /** Does one bad thing; what it returns makes it good again. */
  private static Runnable harm(LogCluster cluster, Random random) {
    NodeId victim = LogCluster.id(1 + random.nextInt(3));
    Set<NodeId> all = LogCluster.ids(1, 2, 3);
    switch (random.nextInt(6)) {
      case 0 -> cluster.net.isolate(victim, all);
      case 1 -> cluster.net.isolate(cluster.leader().id(), all);
      case 2 -> cluster.net.cut(victim, LogCluster.id(1 + random.nextInt(3)));
      case 3 -> cluster.net.disturb(30, 0.02);
      case 4 -> {
        cluster.net.disturb(30, 0.02);
        cluster.net.drop(0.02);
        cluster.net.reorder(200);
      }
      default -> {
        ListMachine machine = cluster.kill(victim);
        boolean lost = random.nextBoolean();
        return () -> cluster.start(victim, all, lost ? new ListMachine() : machine.survived());
      }
    }
    return () -> {};
  }

  /** Each text is proposed once, so that none may be there twice. */
  private static void write(LogCluster cluster, int round, Set<String> acknowledged) {
    List<Future<String>> writes = new ArrayList<>();
    for (int i = 0; i < WRITES; i++) {
      String text = "r" + round + "." + i;
      Member leader = cluster.leader();
      Future<String> write = leader.log().propose(Buffer.buffer(text));
      writes.add(write.onSuccess(done -> acknowledged.add(text)));
      if (i % 5 == 4) {
        Await.until(
            "writes end", () -> writes.stream().allMatch(Future::isComplete), LogCluster.LONG);
      }
    }
  }

  private static boolean same(LogCluster cluster) {
    Set<List<String>> different = new HashSet<>();
    cluster.members().forEach(m -> different.add(m.machine().entries()));
    return different.size() == 1 && different.iterator().next().contains("end");
  }
}
