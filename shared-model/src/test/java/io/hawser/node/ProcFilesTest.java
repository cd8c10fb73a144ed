package io.hawser.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.node.ProcessIdentity.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a directory that looks as Linux's does. A directory in a file's place cannot be read. */
class ProcFilesTest {
  private static final String REST = " 1 1 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 1 0 ";

  private final Path root;
  private final ProcFiles files;

  ProcFilesTest(@TempDir Path root) throws IOException {
    this.root = root;
    this.files = new ProcFiles(root);
    write("sys/kernel/random/boot_id", "b-1\n");
  }

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private void process(long pid, String state, long parent, long ticks) throws IOException {
    write(pid + "/stat", pid + " (x) y) " + state + " " + parent + REST + ticks + " 0 0\n");
    write(pid + "/environ", "");
  }

  private void unreadable(String file) throws IOException {
    Files.deleteIfExists(root.resolve(file));
    Files.createDirectories(root.resolve(file));
  }

  @Test
  void one_that_cannot_be_looked_at_is_not_told_to_have_ended() throws IOException {
    process(7, "S", 1, 99);
    ProcessIdentity seven = new ProcessIdentity(7, "boot:b-1:ticks:99");
    assertThat(files.start(7)).contains(seven.start());
    assertThat(seven.state(files)).isEqualTo(State.RUNS);
    unreadable("7/stat");

    assertThat(seven.state(files)).isEqualTo(State.UNKNOWN);
    assertThatThrownBy(() -> files.start(7)).isInstanceOf(IOException.class);
  }

  @Test
  void one_that_is_not_there_or_is_another_one_or_a_zombie_has_ended() throws IOException {
    ProcessIdentity seven = new ProcessIdentity(7, "boot:b-1:ticks:99");
    assertThat(seven.state(files)).isEqualTo(State.ENDED);
    process(7, "S", 1, 100);
    assertThat(seven.state(files)).isEqualTo(State.ENDED);
    process(7, "Z", 1, 99);
    assertThat(seven.state(files)).isEqualTo(State.ENDED);
    process(7, "S", 1, 99);
    assertThat(seven.state(files)).isEqualTo(State.RUNS);
  }

  @Test
  void nothing_is_known_of_anybody_while_the_boot_is_not() throws IOException {
    process(7, "S", 1, 99);
    unreadable("sys/kernel/random/boot_id");
    assertThat(new ProcessIdentity(7, "boot:b-1:ticks:99").state(files)).isEqualTo(State.UNKNOWN);
  }

  @Test
  void who_was_started_with_an_entry_is_found_without_those_that_it_has_started()
      throws IOException {
    process(7, "S", 1, 99);
    process(8, "S", 7, 100);
    process(9, "S", 1, 101);
    write("7/environ", "A=1\0TOKEN=t\0");
    write("8/environ", "TOKEN=t\0B=2\0");
    write("9/environ", "TOKEN=tt\0");

    assertThat(files.startedWith("TOKEN=t")).containsExactly(7L);
    assertThat(files.startedWith("TOKEN=u")).isEmpty();
  }

  @Test
  void that_nobody_was_started_with_an_entry_is_not_told_as_long_as_one_cannot_be_looked_at()
      throws IOException {
    process(7, "S", 1, 99);
    unreadable("7/environ");
    unreadable("7/stat");
    assertThatThrownBy(() -> files.startedWith("TOKEN=t")).isInstanceOf(IOException.class);
  }

  @Test
  void one_of_which_only_the_environment_cannot_be_read_is_nobody_that_is_looked_for()
      throws IOException {
    process(7, "S", 1, 99);
    unreadable("7/environ");
    process(8, "S", 7, 100);
    write("8/environ", "TOKEN=t\0");
    assertThat(files.startedWith("TOKEN=t")).containsExactly(8L);
  }
}
