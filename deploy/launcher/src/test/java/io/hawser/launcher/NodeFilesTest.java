package io.hawser.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.launcher.config.StartFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NodeFilesTest {
  @TempDir Path dir;

  @Test
  void the_directory_is_made_and_given_back() {
    Path data = dir.resolve("a/b");
    NodeFiles.take(data).close();
    NodeFiles.take(data).close();
    assertThat(data).isDirectory();
    assertThat(data.resolve("pid")).doesNotExist();
  }

  @Test
  void a_directory_that_cannot_be_made_is_named() throws IOException {
    Path file = Files.writeString(dir.resolve("file"), "");
    assertThatThrownBy(() -> NodeFiles.take(file.resolve("data")))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("cannot be used")
        .hasMessageContaining("data.dir");
  }

  @Test
  void the_lock_is_on_the_file_named_lock() throws IOException {
    try (NodeFiles files = NodeFiles.take(dir);
        FileChannel other = FileChannel.open(dir.resolve("lock"), StandardOpenOption.WRITE)) {
      assertThat(files.dir()).isEqualTo(dir);
      assertThatThrownBy(other::tryLock)
          .isInstanceOf(java.nio.channels.OverlappingFileLockException.class);
    }
  }
}
