package io.hawser.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.model.Blob;
import io.hawser.model.NodeId;
import io.hawser.model.RosterMessage;
import io.hawser.model.StorageMessage;
import io.hawser.model.StorageMessage.Freshness;
import io.hawser.model.StorageMessage.Item;
import io.hawser.model.StorageMessage.ListKeys;
import io.hawser.model.StorageMessage.Listed;
import io.hawser.model.StorageOp.Acquire;
import io.hawser.model.StorageOp.Delete;
import io.hawser.model.StorageOp.Expect;
import io.hawser.model.StorageOp.LeaseState;
import io.hawser.model.StorageOp.Life;
import io.hawser.model.StorageOp.Put;
import io.hawser.storage.node.SafeFile;
import io.hawser.testing.Await;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestoreTest {
  @TempDir Path dir;

  @Test
  void a_backup_becomes_a_new_cluster_that_has_everything_and_grows() throws Exception {
    Path backup;
    String before;
    long token;
    Map<String, List<Item>> then;
    try (StorageCluster old = new StorageCluster(dir.resolve("old"))) {
      old.set("storage.shards", "2");
      old.start("node-0", "new");
      for (int i = 0; i < 50; i++) {
        old.put("k" + i, "v" + i);
      }
      old.change("data-1", put("other", "w", Life.FOREVER));
      old.change("data-1", put("timed", "w", new Life(3_600_000, "", 0)));
      old.change("data-1", put("gone", "w", Life.FOREVER));
      old.change("data-1", new Delete("gone", Expect.ANY, List.of()));
      old.change(StorageMessage.META, put("app/record", "x", Life.FOREVER));
      token = ((LeaseState) old.change(StorageMessage.META, new Acquire("l", "a", 60_000))).epoch();
      old.awaitReplicas(1);
      then = contents(old);
      JsonObject done = old.operate("node-0", StorageMessage.META, "backup", "b1");
      assertThat(done.getString("node")).isEqualTo("node-0");
      assertThat(done.getJsonArray("groups")).hasSize(3);
      backup = Path.of(done.getString("path"));
      old.put("k0", "after the backup");
      before = old.roster("node-0").orElseThrow().cluster();
    }

    refusesWithout(backup, "data-0");
    refusesWithout(backup, "meta");
    assertThat(Restore.into(backup, dir.resolve("new/first"), new NodeId("first")))
        .containsExactly("data-0", "data-1", "meta");
    assertThatThrownBy(() -> Restore.into(backup, dir.resolve("new/first"), new NodeId("first")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not empty");

    try (StorageCluster fresh = new StorageCluster(dir.resolve("new"))) {
      fresh.start("first", "join");
      assertThat(contents(fresh)).isEqualTo(then);
      LeaseState next =
          (LeaseState) fresh.change(StorageMessage.META, new Acquire("other", "b", 60_000));
      assertThat(next.epoch()).as("no token is granted twice").isGreaterThan(token);
      Await.until("it is founded", () -> fresh.roster("first").isPresent(), StorageCluster.LONG);
      assertThat(fresh.roster("first").orElseThrow().cluster()).isNotEqualTo(before);
      fresh.start("node-1", "join");
      fresh.start("node-2", "join");
      fresh.awaitReplicas(3);
      assertThat(contents(fresh)).isEqualTo(then);
      Await.until("all replicas are equal", () -> allEqual(fresh), StorageCluster.LONG);
    }
  }

  private static boolean allEqual(StorageCluster cluster) {
    JsonArray groups =
        cluster.operate("first", StorageMessage.META, "verify").getJsonArray("groups");
    assertThat(groups).hasSize(3);
    return groups.stream().allMatch(g -> ((JsonObject) g).getBoolean("equal"));
  }

  private static Put put(String key, String value, Life life) {
    return new Put(key, Blob.utf8(value), Expect.ANY, life, List.of());
  }

  /** All keys of each group with all that is known of them, but for whose cluster it is. */
  private static Map<String, List<Item>> contents(StorageCluster cluster) {
    Map<String, List<Item>> contents = new TreeMap<>();
    for (String group : List.of("data-0", "data-1", StorageMessage.META)) {
      ListKeys all = new ListKeys(group, "", "", 1_000, true, Freshness.LINEARIZABLE, 0);
      Listed listed = cluster.eventually(all, Listed.class, l -> true);
      assertThat(listed.more()).isFalse();
      List<Item> items =
          listed.items().stream().filter(i -> !i.key().equals(RosterMessage.ROSTER_KEY)).toList();
      assertThat(items).isNotEmpty();
      contents.put(group, items);
    }
    return contents;
  }

  /** Everything is there but one group. */
  private void refusesWithout(Path backup, String group) throws IOException {
    Path manifest = backup.resolve(group + ".json");
    Path away = Files.move(manifest, dir.resolve("away.json"));
    assertThatThrownBy(() -> Restore.into(backup, dir.resolve("new/first"), new NodeId("first")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no whole backup: it lacks " + group);
    assertThat(dir.resolve("new/first")).doesNotExist();
    assertThat(Files.move(away, manifest)).exists();
  }

  @Test
  void a_backup_of_two_clusters_is_refused() throws Exception {
    Path first = backup("first");
    Path second = backup("second");
    for (Path file : SafeFile.list(second)) {
      if (file.getFileName().toString().startsWith("data-0")) {
        Path unused =
            Files.copy(
                file, first.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }

    assertThatThrownBy(() -> Restore.into(first, dir.resolve("n"), new NodeId("n")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("of another are data-0");
    assertThat(dir.resolve("n")).doesNotExist();
  }

  @Test
  void a_backup_with_a_group_too_many_is_refused() throws Exception {
    Path backup = backup("one");
    String manifest = Files.readString(backup.resolve("data-0.json"));
    assertThat(
            Files.writeString(backup.resolve("data-7.json"), manifest.replace("data-0", "data-7")))
        .exists();

    assertThatThrownBy(() -> Restore.into(backup, dir.resolve("n"), new NodeId("n")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("knows nothing of data-7");
  }

  /** Of a cluster of its own. */
  private Path backup(String name) {
    try (StorageCluster cluster = new StorageCluster(dir.resolve(name))) {
      cluster.start("node-0", "new");
      cluster.put("k", name);
      cluster.awaitReplicas(1);
      return Path.of(
          cluster.operate("node-0", StorageMessage.META, "backup", "b").getString("path"));
    }
  }

  @Test
  void a_backup_that_is_restored_again_grants_no_token_of_the_first_restored_cluster()
      throws Exception {
    Path backup = backup("one");
    long first = token(backup, "a", 50);

    assertThat(token(backup, "b", 1)).isGreaterThan(first);
  }

  /** The last of so many tokens that a cluster grants which is made of the backup. */
  private long token(Path backup, String name, int grants) throws Exception {
    assertThat(Restore.into(backup, dir.resolve(name).resolve("n"), new NodeId("n"))).isNotEmpty();
    try (StorageCluster fresh = new StorageCluster(dir.resolve(name))) {
      fresh.start("n", "join");
      long token = 0;
      for (int i = 0; i < grants; i++) {
        Acquire acquire = new Acquire("l" + i, "h", 60_000);
        token = ((LeaseState) fresh.change(StorageMessage.META, acquire)).epoch();
      }
      return token;
    }
  }

  @Test
  void a_directory_without_a_backup_is_refused() {
    assertThatThrownBy(() -> Restore.into(dir, dir.resolve("n"), new NodeId("n")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no whole backup");
  }
}
