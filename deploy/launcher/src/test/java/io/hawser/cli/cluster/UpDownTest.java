package io.hawser.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.cli.base.Cli;
import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import io.hawser.node.ProcessIdentity;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class UpDownTest {
  private static final Duration GRACE = Duration.ofSeconds(5);

  @TempDir Path temp;
  private final StringWriter out = new StringWriter();
  private String offset = "0";

  @BeforeEach
  void scriptThatStartsAFakeNode() throws IOException {
    Path script =
        Files.writeString(
            temp.resolve("hawser"),
            "#!/bin/sh\nexec '%s' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '%s' io.hawser.cli.cluster.FakeNode \"$@\"%n"
                .formatted(
                    ProcessHandle.current().info().command().orElseThrow(),
                    System.getProperty("java.class.path")));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    System.setProperty(Cli.SCRIPT_PROPERTY, script.toString());
    int free =
        IntStream.iterate(20_000 + (int) (ProcessHandle.current().pid() % 20_000), k -> k + 7)
            .filter(k -> IntStream.range(0, 3).noneMatch(n -> anyTaken(k + n)))
            .findFirst()
            .orElseThrow();
    offset = Integer.toString(free);
  }

  private static boolean anyTaken(int offset) {
    return new NodePorts(offset)
        .settings().values().stream().anyMatch(p -> NodePorts.taken((int) p));
  }

  @AfterEach
  void nothingIsLeft() {
    System.clearProperty(Cli.SCRIPT_PROPERTY);
    for (NodeFiles node : NodeFiles.under(temp.resolve("c"))) {
      node.live().ifPresent(who -> assertThat(Ending.end(who, GRACE)).isNotNull());
    }
  }

  private int run(String... args) {
    PrintWriter writer = new PrintWriter(out, true);
    Cli cli = new Cli(writer, writer, Map.of());
    CommandLine root =
        new CommandLine(
            CommandLine.Model.CommandSpec.create()
                .addMixin("cli", CommandLine.Model.CommandSpec.forAnnotatedObject(cli)));
    NodeCommands.addTo(root, cli);
    root.setExecutionExceptionHandler(
        (e, line, parsed) -> {
          if (e instanceof CliFailure failure) {
            writer.println(failure.render());
            return failure.code();
          }
          throw e;
        });
    return root.execute(args);
  }

  private String dir() {
    return temp.resolve("c").toString();
  }

  @Test
  void up_waits_for_its_nodes_and_down_ends_them_and_their_children_once() throws Exception {
    assertThat(run("up", "-n", "2", "--dir", dir(), "--port-offset", offset)).isZero();
    assertThat(out.toString()).contains("node-0", "node-1", "ready");
    NodeFiles first = new NodeFiles(temp.resolve("c/node-0"));
    assertThat(first.live()).isPresent();
    assertThat(Files.readString(first.config()))
        .contains("id: node-0")
        .contains("seeds: 127.0.0.1:" + (5701 + Integer.parseInt(offset)) + ",127.0.0.1:");

    assertThat(run("up", "-n", "1", "--dir", dir(), "--port-offset", offset))
        .isEqualTo(ExitCode.CONFLICT.number());

    Process child = new ProcessBuilder("sleep", "60").start();
    ProcessIdentity who = ProcessIdentity.of(child.pid()).orElseThrow();
    Files.createDirectories(first.dir().resolve("processes"));
    Files.writeString(
        first.dir().resolve("processes/echo~echo-1.json"),
        new JsonObject().put("pid", who.pid()).put("start", who.start()).encode());

    assertThat(run("down", "--dir", dir())).isZero();
    assertThat(first.live()).isEmpty();
    assertThat(who.alive()).isFalse();
    assertThat(out.toString()).contains("echo/echo-1 (pid " + who.pid() + ") stopped");

    assertThat(run("down", "--dir", dir())).isZero();
    assertThat(out.toString()).contains("nothing runs in");
  }

  @Test
  void a_node_that_dies_at_its_start_is_told_with_its_last_words_and_its_exit_code() {
    int code = run("up", "-n", "1", "--dir", dir(), "--port-offset", offset, "--set", "die=yes");
    assertThat(code).isEqualTo(ExitCode.CLUSTER_START.number());
    assertThat(out.toString()).contains("node-0 ended with 11", "I was told to die");
  }

  @Test
  void a_pid_that_was_given_to_somebody_else_is_never_hit() throws Exception {
    Process stranger = new ProcessBuilder("sleep", "60").start();
    try {
      NodeFiles node = new NodeFiles(temp.resolve("c/node-0"));
      Files.createDirectories(node.dir().resolve("processes"));
      String old = new JsonObject().put("pid", stranger.pid()).put("start", "ticks:1").encode();
      Files.writeString(node.nodeJson(), old);
      Files.writeString(node.dir().resolve("processes/a~b.json"), old);
      assertThat(run("down", "--dir", dir())).isZero();
      assertThat(stranger.isAlive()).isTrue();
    } finally {
      stranger.destroyForcibly();
    }
  }

  @Test
  void a_process_that_ignores_the_signal_is_killed() throws Exception {
    Process deaf =
        new ProcessBuilder("/bin/sh", "-c", "trap '' TERM; echo ready; while :; do sleep 1; done")
            .start();
    assertThat(deaf.inputReader().readLine()).isEqualTo("ready");
    ProcessIdentity who = ProcessIdentity.of(deaf.pid()).orElseThrow();
    assertThat(Ending.end(who, Duration.ofMillis(200))).isEqualTo(Ending.How.KILLED);
    assertThat(Ending.end(who, GRACE)).isEqualTo(Ending.How.GONE_ALREADY);
  }
}
