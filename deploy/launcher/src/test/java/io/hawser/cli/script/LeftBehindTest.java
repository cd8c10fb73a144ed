package io.hawser.cli.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@code .ci/left-behind}, the guard that a build leaves no process. */
class LeftBehindTest {
  private static final Path SCRIPT = Path.of("..", "..", ".ci", "left-behind");

  /** No group has it: pids end far below. */
  private static final String NO_GROUP = "2000000000";

  private record Ran(int code, String err) {}

  @TempDir Path temp;
  private @Nullable Process left;

  private Process start(String mark, String... command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("LEFT_BEHIND_TEST", mark);
    left = builder.start();
    return left;
  }

  private Ran look(String group, String mark, int seconds) throws Exception {
    Path err = temp.resolve("err");
    List<String> command =
        List.of(SCRIPT.toString(), group, "LEFT_BEHIND_TEST=" + mark, Integer.toString(seconds));
    Process process = new ProcessBuilder(command).redirectError(err.toFile()).start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Ran(process.exitValue(), Files.readString(err));
  }

  @AfterEach
  void end() {
    if (left != null) {
      left.destroyForcibly();
    }
  }

  @Test
  void no_process_is_no_failure_and_says_nothing() throws Exception {
    assertThat(look(NO_GROUP, temp.toString(), 5)).isEqualTo(new Ran(0, ""));
  }

  @Test
  void a_process_that_stays_is_named_and_ended() throws Exception {
    Process process = start(temp.toString(), "/bin/sleep", "300");
    Ran ran = look(NO_GROUP, temp.toString(), 1);
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).contains("left behind", Long.toString(process.pid()), "sleep 300");
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void a_process_that_is_ending_has_time_for_it() throws Exception {
    Process process = start(temp.toString(), "/bin/sleep", "2");
    assertThat(look(NO_GROUP, temp.toString(), 50).code()).isZero();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
  }

  /**
   * The shell never asks how its child ended: that stays in the table as long as the shell runs.
   */
  @Test
  void a_zombie_has_ended() throws Exception {
    Process shell =
        start("of nobody", "/bin/sh", "-c", "set -m; /bin/true & echo $!; exec /bin/sleep 300");
    String group = shell.inputReader().readLine();
    Ran ran = look(group, temp.toString(), 5);
    assertThat(ran.code()).isZero();
    assertThat(ran.err()).doesNotContain("left behind");
  }
}
