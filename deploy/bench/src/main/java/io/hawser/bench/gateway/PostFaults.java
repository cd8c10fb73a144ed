package io.hawser.bench.gateway;

import io.hawser.bench.gateway.Field.Proxy;
import io.hawser.drill.cluster.Ports;
import io.hawser.drill.cluster.Wait;
import io.hawser.drill.load.ClosedLoad;
import io.hawser.drill.load.PhaseLog;
import io.hawser.drill.load.PhaseLog.Phase;
import io.hawser.drill.load.Stillness;
import io.hawser.drill.process.Ledger;
import io.hawser.drill.process.Spawned;
import io.hawser.drill.report.Journal;
import io.hawser.drill.wire.HttpRequest;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * POSTs, each with a name of its own, while one of four origins is killed: none may be seen twice.
 */
final class PostFaults {
  private static final int ORIGINS = 4;
  private static final int CONNECTIONS = 64;
  private static final int SECONDS = 4;
  private static final int TIMEOUT_MS = 10_000;
  private static final Duration BEFORE = Duration.ofMillis(1_200);
  private static final Duration DOWN = Duration.ofMillis(800);

  private final Path dir;
  private final int firstPort;
  private final Ledger ledger;
  private final Journal journal;
  private final List<Spawned> origins = new ArrayList<>();

  PostFaults(Path dir, int firstPort, Ledger ledger, Journal journal) {
    this.dir = dir;
    this.firstPort = Ports.block(firstPort, ORIGINS);
    this.ledger = ledger;
    this.journal = journal;
  }

  void run(int rounds) throws InterruptedException {
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < ORIGINS; i++) {
      ports.add(firstPort + i);
      origins.add(Spawned.start(ledger, origin(i)));
    }
    Map<String, List<Integer>> behind = Map.of("nginx", ports, "haproxy", ports, "hawser", ports);
    try (Field field = new Field(dir, firstPort + ORIGINS, 0, behind, ledger)) {
      field.start();
      for (Proxy proxy : field.proxies()) {
        measure(field, proxy, rounds);
      }
    } finally {
      origins.forEach(Spawned::end);
    }
  }

  private Spawned.Command origin(int i) {
    List<String> line =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            PostOrigin.class.getName(),
            Integer.toString(firstPort + i),
            seen(i).toString());
    Path log = dir.resolve("post-origin" + i + ".log");
    return new Spawned.Command("post-origin" + i, dir, log, line, Map.of(), false);
  }

  private Path seen(int i) {
    return dir.resolve("post-origin" + i + ".seen");
  }

  private static ClosedLoad.Plan posts(Proxy proxy, String prefix) {
    String path = URI.create(proxy.url()).getPath() + "/" + prefix;
    byte[] body = {'x'};
    return new ClosedLoad.Plan(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.port()),
        number -> HttpRequest.bytes("POST", path + number, Map.of(), body),
        CONNECTIONS,
        Duration.ofSeconds(SECONDS),
        TIMEOUT_MS);
  }

  private void measure(Field field, Proxy proxy, int rounds) throws InterruptedException {
    PhaseLog log = new PhaseLog();
    for (int round = 0; round < rounds; round++) {
      boolean unused = field.allRouted();
      log.nextRound();
      String prefix = proxy.name() + "-" + round + "-";
      try (Stillness unusedToo = Stillness.watch(log)) {
        ClosedLoad load = ClosedLoad.start(posts(proxy, prefix), log::add);
        Wait.pass(BEFORE);
        int victim = round % ORIGINS;
        log.faultBegins();
        origins.get(victim).kill();
        Wait.pass(DOWN);
        origins.get(victim).end();
        origins.set(victim, Spawned.start(ledger, origin(victim)));
        log.faultEnds();
        load.awaitEnd();
      }
    }
    long requests = log.requests();
    long failed = log.failed();
    long twice = seenTwice(proxy.name());
    for (Phase phase : Phase.values()) {
      journal.round(
          new JsonObject()
              .put("proxy", proxy.name())
              .put("fault", "post")
              .put("rounds", rounds)
              .put("phase", phase.name().toLowerCase(Locale.ROOT))
              .mergeIn(log.figures(phase)));
    }
    journal.figure(proxy.name() + " posts seen twice", twice);
    journal.note(
        "%s POST: %d of %d failed, %d seen twice".formatted(proxy.name(), failed, requests, twice));
    if (proxy.name().equals("hawser")) {
      journal.expect("no POST is seen twice when an origin is killed", twice == 0, "" + twice);
      boolean few = failed <= (long) rounds * CONNECTIONS;
      journal.expect("at most those POSTs fail that were under way", few, "" + failed);
    }
  }

  private long seenTwice(String name) {
    Map<String, Integer> times = new HashMap<>();
    for (int i = 0; i < ORIGINS; i++) {
      try {
        for (String target : Files.readAllLines(seen(i))) {
          if (target.contains("/" + name + "-")) {
            times.merge(target, 1, Integer::sum);
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return times.values().stream().filter(n -> n > 1).count();
  }
}
