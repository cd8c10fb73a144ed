package io.hawser.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessIdentityTest {
  private final long ownPid = ProcessHandle.current().pid();

  @Test
  void this_process_lives_under_its_identity() {
    ProcessIdentity self = ProcessIdentity.of(ownPid).orElseThrow();

    assertThat(self.alive()).isTrue();
    assertThat(self.handle().map(ProcessHandle::pid)).contains(ownPid);
    assertThat(ProcessIdentity.of(ownPid)).contains(self);
  }

  @Test
  void a_process_of_the_same_pid_that_started_at_another_time_is_another_one() {
    ProcessIdentity self = ProcessIdentity.of(ownPid).orElseThrow();

    assertThat(new ProcessIdentity(ownPid, self.start() + "0").alive()).isFalse();
    assertThat(new ProcessIdentity(ownPid, "").alive()).isFalse();
  }

  @Test
  void a_process_of_an_earlier_boot_is_another_one_though_pid_and_ticks_are_the_same() {
    ProcessIdentity self = ProcessIdentity.of(ownPid).orElseThrow();
    assumeThat(self.start()).startsWith("boot:");
    String ticks = self.start().substring(self.start().indexOf(":ticks:"));

    assertThat(new ProcessIdentity(ownPid, "boot:another" + ticks).alive()).isFalse();
  }

  @Test
  void a_process_that_ended_has_no_identity_and_lives_no_more() throws Exception {
    Process child = new ProcessBuilder("sh", "-c", "read line").start();
    ProcessIdentity identity = ProcessIdentity.of(child.pid()).orElseThrow();
    assertThat(identity.alive()).isTrue();

    end(child);

    assertThat(identity.alive()).isFalse();
    assertThat(ProcessIdentity.of(child.pid())).isEmpty();
  }

  @Test
  void a_command_with_brackets_in_its_name_does_not_hide_its_start(@TempDir Path dir)
      throws Exception {
    Path script = Files.writeString(dir.resolve("x) y 1 2"), "#!/bin/sh\nread line\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    Process named = new ProcessBuilder(script.toString()).start();
    Process plain = new ProcessBuilder("sh", "-c", "read line").start();

    Optional<ProcessIdentity> first = ProcessIdentity.of(named.pid());
    Optional<ProcessIdentity> second = ProcessIdentity.of(plain.pid());
    end(named);
    end(plain);

    assertThat(number(second) - number(first)).isBetween(0L, 60_000L);
  }

  private static long number(Optional<ProcessIdentity> identity) {
    String start = identity.orElseThrow().start();
    return Long.parseLong(start.substring(start.lastIndexOf(':') + 1));
  }

  private static void end(Process child) throws IOException, InterruptedException {
    child.getOutputStream().close();
    int unused = child.waitFor();
  }
}
