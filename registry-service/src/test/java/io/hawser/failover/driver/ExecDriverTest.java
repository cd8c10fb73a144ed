package io.hawser.failover.driver;

import static io.hawser.failover.TestCluster.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.failover.core.Ask;
import io.hawser.failover.core.Effect;
import io.hawser.failover.process.Template;
import io.hawser.model.Epoch;
import io.hawser.model.Facet.DriverRef;
import io.hawser.model.InstanceKey;
import io.hawser.model.Outcome;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExecDriverTest {
  private static final Effect.Drive CALL =
      new Effect.Drive(
          new Ask("i", Ask.Purpose.HOOK, new InstanceKey("shop", "shop-1"), 100),
          new DriverRef("exec", Map.of("command", "it")),
          "10.0.0.7",
          8080,
          new Epoch(3),
          9);

  private static final Set<String> TOLD =
      Set.of(
          "HAWSER_SERVICE",
          "HAWSER_ID",
          "HAWSER_INSTANCE",
          "HAWSER_HOST",
          "HAWSER_PORT",
          "HAWSER_ACTION",
          "HAWSER_INCIDENT",
          "HAWSER_CALL",
          "HAWSER_EPOCH",
          "HAWSER_TERM");

  @TempDir Path dir;

  private static ExecDriver driver(String... command) {
    return new ExecDriver(Map.of("it", new Template("it", List.of(command))), "http://node/");
  }

  private static ExecDriver shell(String script) {
    return driver("/bin/sh", "-c", script);
  }

  @Test
  void the_exit_code_decides() {
    assertThat(await(driver("/bin/true").run(CALL))).isInstanceOf(Outcome.Ok.class);
    assertThat(await(driver("/bin/false").run(CALL))).isInstanceOf(Outcome.Rejected.class);
    assertThat(await(driver("/no/such/file").run(CALL))).isInstanceOf(Outcome.Rejected.class);
  }

  @Test
  void what_does_not_end_in_its_time_is_ended() throws IOException {
    Path pid = dir.resolve("pid");
    Outcome<String> outcome = await(shell("echo $$ > " + pid + "; sleep 300").run(CALL, 500));

    assertThat(outcome).isInstanceOf(Outcome.Unknown.class);
    long started = Long.parseLong(Files.readString(pid).strip());
    assertThat(ProcessHandle.of(started).map(ProcessHandle::onExit))
        .satisfiesAnyOf(
            gone -> assertThat(gone).isEmpty(),
            end -> assertThat(end.orElseThrow()).succeedsWithin(Duration.ofSeconds(10)));
  }

  @Test
  void many_that_hang_keep_no_other_from_being_run() {
    List<Future<Outcome<String>>> hanging =
        Stream.generate(() -> driver("/bin/sleep", "300").run(CALL)).limit(24).toList();
    try {
      assertThat(await(driver("/bin/true").run(CALL))).isInstanceOf(Outcome.Ok.class);
      assertThat(hanging).noneMatch(Future::isComplete);
    } finally {
      ProcessHandle.current()
          .children()
          .filter(p -> p.info().commandLine().orElse("").contains("sleep 300"))
          .forEach(ProcessHandle::destroyForcibly);
    }
    assertThat(hanging).allSatisfy(h -> assertThat(await(h)).isInstanceOf(Outcome.Rejected.class));
  }

  @Test
  void it_is_told_what_it_is_about_and_nothing_of_the_nodes_settings() throws IOException {
    Path said = dir.resolve("said");
    Outcome<String> outcome =
        await(
            driver("/bin/sh", "-c", "env | grep HAWSER_ > " + said + "; echo ${api} >> " + said)
                .run(CALL));

    assertThat(outcome).isInstanceOf(Outcome.Ok.class);
    assertThat(Files.readAllLines(said))
        .contains("HAWSER_SERVICE=shop", "HAWSER_INSTANCE=shop-1", "HAWSER_TERM=9", "http://node/")
        .allMatch(
            line ->
                line.equals("http://node/") || TOLD.contains(line.substring(0, line.indexOf('='))));
  }
}
