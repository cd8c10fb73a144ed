package io.hawser.storage.rocks;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.StorageOp.Acquire;
import io.hawser.model.StorageOp.Leap;
import io.hawser.model.StorageOp.LeaseState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeapAgainTest {
  @TempDir Path temp;
  private final RocksMemory memory = TestMemory.open();

  @AfterEach
  void close() {
    memory.close();
  }

  /** What goes on alone with what a lost group had, and the token that it grants in the end. */
  private long recovered(String replica, long wallMs, int grants) throws IOException {
    StoreConfig config = new StoreConfig(temp.resolve(replica), "a", "meta");
    try (GroupStore store = GroupStore.open(config, memory)) {
      assertThat(store.apply(Logs.seeded(5, 200))).hasSize(200);
      var leapt = store.apply(List.of(Logs.committed(201, new Leap(store.leapTo(wallMs)))));
      assertThat(leapt).hasSize(1);
      long token = 0;
      for (int i = 0; i < grants; i++) {
        var results =
            store.apply(List.of(Logs.committed(202 + i, new Acquire("fresh" + i, "h", 10))));
        token = ((LeaseState) results.getFirst().getFirst()).epoch();
      }
      return token;
    }
  }

  /** The first goes on alone, grants tokens and is lost too; then the second does with its own. */
  @Test
  void a_second_survivor_goes_on_above_what_the_first_one_has_granted() throws IOException {
    long wallMs = Instant.parse("2026-11-26T12:00:00Z").toEpochMilli();
    long first = recovered("node-1", wallMs, 50);

    assertThat(recovered("node-2", wallMs + 1, 1)).isGreaterThan(first);
  }
}
