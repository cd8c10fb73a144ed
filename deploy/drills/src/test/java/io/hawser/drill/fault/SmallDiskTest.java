package io.hawser.drill.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.hawser.drill.process.Ledger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where mounting is permitted. */
final class SmallDiskTest {
  private static final int MIB = 2;

  @Test
  void it_fills_up_and_empties_and_is_gone_with_the_ledger(@TempDir Path dir) throws IOException {
    Path mounted = dir.resolve("disk");
    try (Ledger ledger = Ledger.open(dir.resolve("ledgers"), "small-disk")) {
      Optional<SmallDisk> disk = SmallDisk.mount("a node", mounted, MIB, ledger);
      assumeThat(disk).isPresent();
      Files.writeString(mounted.resolve("mine"), "kept");

      disk.get().inject();
      assertThat(disk.get().effective()).isTrue();
      assertThat(mounted.resolve("filler").toFile().length()).isLessThan(MIB << 20);

      disk.get().heal();
      assertThat(disk.get().healed()).isTrue();
      assertThat(disk.get().effective()).isFalse();
      assertThat(mounted.resolve("mine")).hasContent("kept");
    }
    assertThat(mounted).isEmptyDirectory();
  }
}
