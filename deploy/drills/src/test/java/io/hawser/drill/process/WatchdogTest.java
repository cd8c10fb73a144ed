package io.hawser.drill.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.drill.cluster.Wait;
import io.hawser.node.ProcessIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** On real processes: what a runner did is taken back, with and without the runner. */
@EnabledOnOs(OS.LINUX)
final class WatchdogTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir Path dir;
  private final Process other;

  WatchdogTest() throws IOException {
    other = new ProcessBuilder("sleep", "60").start();
  }

  @AfterEach
  void stop() {
    Process unused = other.destroyForcibly();
  }

  private Process runner(long timeToLiveMs) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            RunnerThatDies.class.getName(),
            dir.toString(),
            Long.toString(other.pid()),
            Long.toString(timeToLiveMs))
        .inheritIO()
        .start();
  }

  private ProcessIdentity awaitReady() {
    assertThat(Wait.until(SOON, () -> Files.exists(dir.resolve("ready")))).isTrue();
    return ProcessIdentity.of(Long.parseLong(read(dir.resolve("ready")))).orElseThrow();
  }

  private char state() {
    String stat = read(Path.of("/proc", Long.toString(other.pid()), "stat"));
    return stat.charAt(stat.lastIndexOf(')') + 2);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void when_the_runner_is_killed_its_processes_end_and_its_faults_heal() throws Exception {
    Process runner = runner(60_000);
    try {
      ProcessIdentity child = awaitReady();
      assertThat(Wait.until(SOON, () -> state() == 'T')).isTrue();
      assertThat(child.alive()).isTrue();

      Process unused = runner.destroyForcibly();

      assertThat(Wait.until(SOON, () -> !child.alive())).isTrue();
      assertThat(Wait.until(SOON, () -> state() != 'T')).isTrue();
      assertThat(Wait.until(SOON, () -> !Files.exists(dir.resolve("dying.ledger")))).isTrue();
    } finally {
      Process unused = runner.destroyForcibly();
    }
  }

  @Test
  void a_fault_heals_when_its_time_is_over_though_the_runner_does_nothing() throws Exception {
    Process runner = runner(500);
    try {
      ProcessIdentity child = awaitReady();

      assertThat(Wait.until(SOON, () -> state() != 'T')).isTrue();
      assertThat(child.alive()).isTrue();
      assertThat(runner.isAlive()).isTrue();
    } finally {
      Process unused = runner.destroyForcibly();
    }
    // The directory of the test goes only when the watchdog is done with it.
    assertThat(Wait.until(SOON, () -> !Files.exists(dir.resolve("dying.ledger")))).isTrue();
  }

  @Test
  void what_a_runner_did_is_taken_back_though_somebody_deleted_its_ledger() throws Exception {
    Process runner = runner(500);
    try {
      ProcessIdentity child = awaitReady();
      // The fault has healed: the watchdog has read the ledger.
      assertThat(Wait.until(SOON, () -> state() != 'T')).isTrue();

      Files.delete(dir.resolve("dying.ledger"));
      Process unused = runner.destroyForcibly();

      assertThat(Wait.until(SOON, () -> !child.alive())).isTrue();
    } finally {
      Process unused = runner.destroyForcibly();
    }
  }

  @Test
  void what_both_have_left_behind_is_taken_back_by_the_next_run() throws Exception {
    ProcessIdentity who = ProcessIdentity.of(other.pid()).orElseThrow();
    String entry =
        "{\"runner\":1,\"start\":\"ticks:-1\"}\n{\"id\":1,\"untilMs\":0,\"undo\":"
            + new Undo.End(who, "").json().encode()
            + "}\n";
    Files.writeString(dir.resolve("old.ledger"), entry);

    assertThat(Leftovers.sweep(dir)).containsExactly("old");
    assertThat(Wait.until(SOON, () -> !other.isAlive())).isTrue();
    assertThat(Leftovers.sweep(dir)).isEmpty();
  }
}
