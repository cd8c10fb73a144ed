package io.hawser.drill.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import io.hawser.cli.base.CliFailure;
import io.hawser.drill.cluster.Wait;
import io.hawser.drill.load.Answer;
import io.hawser.drill.net.Namespaces;
import io.hawser.drill.net.TcpProxy;
import io.hawser.drill.net.Weather;
import io.hawser.drill.process.Ledger;
import io.hawser.drill.process.Shell;
import io.hawser.drill.process.Spawned;
import io.hawser.drill.report.Journal;
import io.hawser.node.ProcessIdentity;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each fault shows, and is gone when it is healed. */
final class FaultsTest {
  private static final Duration SHORT = Duration.ofMillis(200);
  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir Path dir;
  private final Journal journal = new Journal("test", "a test", "t", text -> {});

  static Stream<Weather> weathers() {
    return Stream.of(
        Weather.of(Weather.Kind.RESET),
        Weather.of(Weather.Kind.HALF_OPEN),
        Weather.of(Weather.Kind.BLACK_HOLE),
        Weather.delay(100),
        Weather.bandwidth(1_000));
  }

  @ParameterizedTest
  @MethodSource("weathers")
  void the_weather_of_a_line_shows_and_clears_up(Weather weather) throws IOException {
    HttpServer server = health();
    try (TcpProxy proxy = TcpProxy.start(0, server.getAddress().getPort())) {
      BadLine line = new BadLine("the line", proxy, weather);
      assertThat(line.healed()).isTrue();

      try (Injection injection = Injection.inject(line, LONG, journal)) {
        assertThat(injection.injectedNs()).isLessThan(System.nanoTime());
      }

      assertThat(line.healed()).isTrue();
      assertThat(journal.ok()).isTrue();
      assertThat(fault().getDouble("healedMs")).isGreaterThan(fault().getDouble("effectiveMs"));
    } finally {
      server.stop(0);
    }
  }

  @Test
  void a_fault_that_does_not_show_is_healed_and_fails_the_drill() {
    AtomicBoolean healed = new AtomicBoolean();
    Fault nothing =
        new Fault() {
          @Override
          public String name() {
            return "nothing";
          }

          @Override
          public void inject() {
            healed.set(false);
          }

          @Override
          public boolean effective() {
            return false;
          }

          @Override
          public void heal() {
            healed.set(true);
          }

          @Override
          public boolean healed() {
            return healed.get();
          }
        };
    assertThatThrownBy(() -> Injection.inject(nothing, LONG, SHORT, journal).close())
        .isInstanceOf(CliFailure.class)
        .hasMessageContaining("had no effect");
    assertThat(healed).isTrue();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void a_process_is_stopped_and_goes_on() throws IOException {
    Process process = new ProcessBuilder("sleep", "60").start();
    try (Ledger ledger = Ledger.open(dir, "stall")) {
      ProcessIdentity who = ProcessIdentity.of(process.pid()).orElseThrow();
      Stall stall = new Stall("sleep", who, ledger, LONG);
      try (Injection injection = Injection.inject(stall, LONG, journal)) {
        assertThat(stall.effective()).isTrue();
        injection.heal();
      }
      assertThat(stall.healed()).isTrue();
      assertThat(process.isAlive()).isTrue();
    } finally {
      Process unused = process.destroyForcibly();
    }
  }

  @Test
  void nodes_in_namespaces_are_parted_and_meet_again() throws IOException {
    assumeTrue(Namespaces.forbidden().isEmpty(), "not permitted here");
    Namespaces network = new Namespaces("t" + ProcessHandle.current().pid() % 10_000, 2);
    try (Ledger ledger = Ledger.open(dir, "parted")) {
      network.make(ledger);
      for (int k = 0; k < 2; k++) {
        listen(ledger, network, k);
      }
      Partition.Sides sides = new Partition.Sides(List.of(0), List.of(1), k -> 7_000 + k);
      Partition partition = new Partition(network, sides, ledger, LONG);
      assertThat(Wait.until(LONG, partition::healed)).isTrue();

      try (Injection injection = Injection.inject(partition, LONG, journal)) {
        assertThat(partition.healed()).isFalse();
        injection.heal();
      }

      assertThat(partition.healed()).isTrue();
    }
    assertThat(Shell.run("ip", "netns", "list").output()).doesNotContain(network.hub());
  }

  /** A server of the JDK in a namespace, on port 7000 + k. */
  private void listen(Ledger ledger, Namespaces network, int k) {
    String server = Path.of(System.getProperty("java.home"), "bin", "jwebserver").toString();
    var unused =
        Spawned.start(
            ledger,
            new Spawned.Command(
                "server-" + k,
                dir,
                dir.resolve("server-" + k + ".log"),
                Namespaces.within(
                    network.name(k),
                    List.of(server, "-b", network.address(k), "-p", Integer.toString(7_000 + k))),
                Map.of(),
                false));
  }

  @Test
  void the_report_is_a_page_and_a_journal() throws IOException {
    journal.expect("a thing <b>", true, "seen");
    journal.round(new JsonObject().put("ms", 3));
    journal.load("load").add(new Answer(System.nanoTime(), System.nanoTime(), 0, 200, "s1", "", 0));

    journal.write(dir);

    assertThat(Files.readString(dir.resolve("report.html")))
        .contains("a thing &lt;b&gt;", "<svg", "as expected")
        .doesNotContain("<script");
    JsonObject json = new JsonObject(Files.readString(dir.resolve("journal.json")));
    assertThat(json.getBoolean("ok")).isTrue();
    assertThat(dir.resolve("answers-load.csv")).exists();
  }

  private JsonObject fault() {
    return journal.json().getJsonArray("faults").getJsonObject(0);
  }

  private static HttpServer health() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 128);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/health",
        exchange -> {
          try (exchange) {
            exchange.sendResponseHeaders(200, -1);
          }
        });
    server.start();
    return server;
  }
}
