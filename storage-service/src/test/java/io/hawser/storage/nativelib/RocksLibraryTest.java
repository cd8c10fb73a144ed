package io.hawser.storage.nativelib;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In processes of their own: a library is loaded once in each. */
class RocksLibraryTest {
  @TempDir Path temp;

  @Test
  void the_library_is_unpacked_once_in_its_directory_and_never_in_the_temporary_one()
      throws Exception {
    Path library = temp.resolve("library");
    Path scratch = Files.createDirectory(temp.resolve("scratch"));

    assertThat(run(library, scratch)).contains("opened");
    List<Path> unpacked = files(library);
    assertThat(unpacked).hasSize(1);
    var first = Files.getLastModifiedTime(unpacked.getFirst());
    assertThat(run(library, scratch)).contains("opened");

    assertThat(files(library)).isEqualTo(unpacked);
    assertThat(Files.getLastModifiedTime(unpacked.getFirst())).isEqualTo(first);
    assertThat(Files.readString(scratch.resolve("seen"))).doesNotContain("librocksdb");
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  private static String run(Path library, Path scratch) throws Exception {
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + scratch,
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Opener.class.getName(),
                library.toString(),
                scratch.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
