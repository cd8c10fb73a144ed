package io.hawser.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Blob;
import io.hawser.model.StorageMessage.Applied;
import io.hawser.model.StorageMessage.Content;
import io.hawser.model.StorageMessage.Mutation;
import io.hawser.model.StorageMessage.NoRoom;
import io.hawser.model.StorageMessage.Write;
import io.hawser.model.StorageOp;
import io.hawser.model.StorageOp.Delete;
import io.hawser.model.StorageOp.Expect;
import io.hawser.model.StorageOp.Life;
import io.hawser.model.StorageOp.Put;
import io.hawser.testing.Await;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FullDiskTest {
  private static final String NODE = "node-0";
  private static final int MOST = 500;

  @TempDir Path dir;

  @Test
  void deletes_bring_puts_back() {
    try (StorageCluster cluster = new StorageCluster(dir)) {
      cluster.set("storage.capacity-mb", "400");
      cluster.start(NODE, "new");
      cluster.awaitReplicas(1);
      int written = 0;
      while (send(cluster, put(written)).filter(Applied.class::isInstance).isPresent()) {
        written++;
        assertThat(written).isLessThan(MOST);
      }
      assertThat(send(cluster, put(0))).containsInstanceOf(NoRoom.class);

      for (int i = 0; i < written; i++) {
        Delete delete = new Delete("k" + i, Expect.ANY, List.of());
        assertThat(send(cluster, delete)).containsInstanceOf(Applied.class);
      }

      Await.until(
          "puts are taken",
          () -> send(cluster, put(0)).filter(Applied.class::isInstance).isPresent(),
          StorageCluster.LONG);
    }
  }

  private static Put put(int number) {
    byte[] noise = new byte[1 << 20];
    new Random(number).nextBytes(noise);
    return new Put("k" + number, Blob.wrap(noise), Expect.ANY, Life.FOREVER, List.of());
  }

  private static Optional<Content> send(StorageCluster cluster, StorageOp op) {
    return cluster.ask(NODE, new Write(StorageCluster.DATA, new Mutation("", 0, 0, op)));
  }
}
