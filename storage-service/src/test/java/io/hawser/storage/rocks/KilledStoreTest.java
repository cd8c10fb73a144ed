package io.hawser.storage.rocks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills processes that write to a store, again and again, and looks at what they leave. */
class KilledStoreTest {
  private static final int ROUNDS = 4;
  private static final int MOST_ROUNDS = 20 * ROUNDS;
  private static final int LONGEST_MS = 900;

  @TempDir Path temp;

  @Test
  void a_killed_store_holds_exactly_the_entries_up_to_one() throws Exception {
    Random random = new Random(Victim.SEED);
    long before = 0;
    try (RocksMemory memory = TestMemory.open()) {
      // On a busy machine none may come as far as to have something on disk: then they get longer.
      for (int round = 0; round < ROUNDS || (before == 0 && round < MOST_ROUNDS); round++) {
        killOne(random.nextInt(LONGEST_MS * (1 + round / ROUNDS)));
        StoreConfig config = new StoreConfig(temp.resolve("store"), "a", "meta");
        try (GroupStore store = GroupStore.open(config, memory)) {
          long index = store.appliedIndex();
          assertThat(store.hash()).isEqualTo(Logs.expected(Victim.SEED, index, "meta"));
          before = Math.max(before, index);
        }
      }
    }
    assertThat(before).isPositive();
  }

  private void killOne(int afterMs) throws IOException, InterruptedException {
    Process victim =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Victim.class.getName(),
                temp.toString())
            .redirectErrorStream(true)
            .start();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(victim.getInputStream(), UTF_8))) {
      String line = out.readLine();
      while (line != null && !line.startsWith("begun")) {
        line = out.readLine();
      }
      assertThat(line).startsWith("begun");
      // Whether it ends by itself before that does not matter.
      boolean unused = victim.waitFor(afterMs, TimeUnit.MILLISECONDS);
    } finally {
      Process unused = victim.destroyForcibly();
      assertThat(victim.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
  }
}
