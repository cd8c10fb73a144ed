package io.hawser.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.storage.node.Replicas;
import io.hawser.storage.node.SafeFile;
import io.hawser.testing.Await;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoundingTest {
  @TempDir Path dir;

  /** As after a crash before the directory said that the founding was over. */
  @Test
  void who_has_founded_makes_no_group_anew_that_others_have_by_now() throws IOException {
    try (StorageCluster cluster = new StorageCluster(dir)) {
      cluster.start("node-0", "new");
      cluster.start("node-1", "join");
      cluster.start("node-2", "join");
      cluster.put("a", "1");
      cluster.awaitReplicas(3);
      cluster.stop("node-0");
      Path storage = cluster.dir("node-0").resolve(StorageNodeParts.DIRECTORY);
      Path identity = storage.resolve("node.json");
      assertThat(founding(identity)).isFalse();
      Files.writeString(
          identity, new JsonObject(Files.readString(identity)).put("founding", true).encode());
      SafeFile.removeTree(storage.resolve(Replicas.DIRECTORY).resolve(StorageCluster.DATA));
      String leader = cluster.leader(StorageCluster.DATA);

      cluster.start("node-0", "new");

      Await.until("it is founded", () -> !founding(identity), StorageCluster.LONG);
      cluster.awaitReplicas(3);
      assertThat(cluster.leads(leader, StorageCluster.DATA)).isTrue();
      assertThat(cluster.get("a")).contains("1");
    }
  }

  private static boolean founding(Path identity) {
    try {
      return new JsonObject(Files.readString(identity)).getBoolean("founding");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
