package io.hawser.storage.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafeFileTest {
  @TempDir Path dir;

  @Test
  void a_file_with_two_names_takes_its_bytes_once() throws IOException {
    Path database = Files.createDirectories(dir.resolve("state"));
    Path snapshot = Files.createDirectories(dir.resolve("snapshot"));
    Path table = Files.write(database.resolve("1.sst"), new byte[1_000]);
    Path other = Files.write(snapshot.resolve("2.sst"), new byte[10]);
    assertThat(SafeFile.size(dir)).isEqualTo(1_010);

    Path link = Files.createLink(snapshot.resolve("1.sst"), table);

    assertThat(SafeFile.size(dir)).isEqualTo(1_010);
    Files.delete(table);
    assertThat(SafeFile.size(dir)).as("of %s and %s", link, other).isEqualTo(1_010);
  }
}
