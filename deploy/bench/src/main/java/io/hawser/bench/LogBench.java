package io.hawser.bench;

import io.hawser.model.NodeId;
import io.hawser.node.Meters;
import io.hawser.storage.jraft.EngineConfig;
import io.hawser.storage.jraft.JRaftEngine;
import io.hawser.storage.jraft.LogTuning;
import io.hawser.storage.log.Committed;
import io.hawser.storage.log.GroupConfig;
import io.hawser.storage.log.LogMachine;
import io.hawser.storage.log.LogStatus;
import io.hawser.storage.log.ReplicatedLog;
import io.hawser.storage.transport.TransportConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.SocketAddress;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures the replicated log alone, on three processes of this machine: proposals of 256 bytes
 * with 128 in flight, read barriers one at a time, and how long nothing is committed after the
 * leader's process is killed. {@code java -cp ... io.hawser.bench.LogBench [rounds]}. Longer than
 * other files: the measurement, and the process that is measured, are one.
 */
public final class LogBench {
  /** A program of its own, which is read by who started it. */
  private static final PrintStream OUT =
      new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

  private static final int ENTRIES = 20_000;
  private static final int IN_FLIGHT = 128;
  private static final int BARRIERS = 2000;

  private LogBench() {}

  public static void main(String[] args) throws Exception {
    if (args.length > 0 && args[0].equals("node")) {
      node(args);
    } else {
      drive(args.length > 0 ? Integer.parseInt(args[0]) : 20);
    }
  }

  /** Counts and forgets. */
  private static final class Counter implements LogMachine<Long> {
    private long count;

    @Override
    public long appliedIndex() {
      return 0;
    }

    @Override
    public long appliedTerm() {
      return 0;
    }

    @Override
    public List<Long> apply(List<Committed> entries) {
      List<Long> results = new ArrayList<>();
      entries.forEach(entry -> results.add(++count));
      return results;
    }

    @Override
    public void save(Path directory) throws IOException {
      Files.writeString(directory.resolve("count"), Long.toString(count));
    }

    @Override
    public void load(Path directory) throws IOException {
      count = Long.parseLong(Files.readString(directory.resolve("count")));
    }

    @Override
    public void leading(long term) {}

    @Override
    public void following(Optional<NodeId> leader, long term) {}

    @Override
    public void failed(Throwable cause) {
      System.exit(3);
    }
  }

  /** One node: answers "write N", "read N" and "beat" on its input. */
  private static void node(String[] args) throws Exception {
    int self = Integer.parseInt(args[1]);
    List<Integer> ports = Arrays.stream(args[2].split(",")).map(Integer::valueOf).toList();
    Path root = Path.of(args[3]);
    int groups = Integer.parseInt(args[4]);
    Set<NodeId> voters = new TreeSet<>();
    for (int i = 0; i < ports.size(); i++) {
      voters.add(new NodeId("n" + i));
    }
    TransportConfig transport =
        new TransportConfig(
            new NodeId("n" + self),
            () -> "bench",
            "127.0.0.1",
            ports.get(self),
            Optional.empty(),
            to ->
                Optional.of(
                    SocketAddress.inetSocketAddress(
                        ports.get(Integer.parseInt(to.value().substring(1))), "127.0.0.1")));
    EngineConfig config =
        new EngineConfig(
            transport,
            root.resolve("lib"),
            new Meters(new SimpleMeterRegistry()),
            LogTuning.DEFAULT);
    JRaftEngine engine =
        JRaftEngine.start(Vertx.vertx(), config).toCompletionStage().toCompletableFuture().get();
    ReplicatedLog<Long> log = null;
    for (int g = 0; g < groups; g++) {
      Path directory = root.resolve("n" + self).resolve("g" + g);
      ReplicatedLog<Long> one =
          engine.open(new GroupConfig("g" + g, directory, voters), new Counter());
      log = log == null ? one : log;
    }
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    say("up");
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      switch (line) {
        case "role" -> say(log.status().role().name());
        case "write" -> say("write " + write(log));
        case "read" -> say("read " + read(log));
        case "memory" -> say("memory " + memory());
        case "beat" -> beat(log);
        default -> throw new IllegalArgumentException(line);
      }
    }
    System.exit(0);
  }

  private static void say(String text) {
    OUT.println("> " + text);
  }

  private static String write(ReplicatedLog<Long> log) throws InterruptedException {
    Buffer entry = Buffer.buffer(new byte[256]);
    Semaphore free = new Semaphore(IN_FLIGHT);
    List<Long> tookUs = Collections.synchronizedList(new ArrayList<>());
    long startNs = System.nanoTime();
    for (int i = 0; i < ENTRIES; i++) {
      free.acquire();
      long sentNs = System.nanoTime();
      log.propose(entry)
          .onComplete(
              done -> {
                if (done.succeeded()) {
                  tookUs.add((System.nanoTime() - sentNs) / 1000);
                }
                free.release();
              });
    }
    free.acquire(IN_FLIGHT);
    double seconds = (System.nanoTime() - startNs) / 1e9;
    long failed = ENTRIES - tookUs.size();
    return Math.round(tookUs.size() / seconds) + "/s " + percentiles(tookUs) + " failed=" + failed;
  }

  private static String read(ReplicatedLog<Long> log) throws Exception {
    List<Long> tookUs = new ArrayList<>();
    for (int i = 0; i < BARRIERS; i++) {
      long startNs = System.nanoTime();
      log.readBarrier().toCompletionStage().toCompletableFuture().get();
      tookUs.add((System.nanoTime() - startNs) / 1000);
    }
    return percentiles(tookUs);
  }

  private static String percentiles(List<Long> tookUs) {
    List<Long> sorted = tookUs.stream().sorted().toList();
    return "p50="
        + sorted.get(sorted.size() / 2)
        + "us p99="
        + sorted.get(sorted.size() * 99 / 100)
        + "us max="
        + sorted.getLast()
        + "us";
  }

  private static String memory() throws IOException {
    System.gc();
    int threads = Thread.getAllStackTraces().size();
    String rss =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("VmRSS"))
            .findFirst()
            .orElse("");
    return rss.replaceAll("\\s+", " ") + " threads=" + threads;
  }

  /** Says the time of each commit, while it leads, until it is killed. */
  private static void beat(ReplicatedLog<Long> log) {
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              while (true) {
                if (log.status().role() != LogStatus.Role.LEADER) {
                  LockSupport.parkNanos(500_000);
                  continue;
                }
                try {
                  log.propose(Buffer.buffer("beat"))
                      .toCompletionStage()
                      .toCompletableFuture()
                      .get();
                  say("commit " + System.currentTimeMillis());
                } catch (Exception e) {
                  LockSupport.parkNanos(500_000);
                }
              }
            });
  }

  private record Child(Process process, BlockingQueue<String> lines) {
    String ask(String question) throws Exception {
      lines.clear();
      tell(question);
      return next();
    }

    void tell(String question) throws IOException {
      process.getOutputStream().write((question + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
    }

    String next() throws InterruptedException {
      String line = lines.poll(60, TimeUnit.SECONDS);
      if (line == null) {
        throw new IllegalStateException("a node says nothing");
      }
      return line;
    }
  }

  private static void drive(int rounds) throws Exception {
    Path root = Files.createTempDirectory("hawser-logbench");
    String ports = ports();
    for (int groups : List.of(4, 1)) {
      Path place = root.resolve("groups" + groups);
      List<Child> nodes = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        nodes.add(start(i, ports, place, groups));
      }
      int leader = leader(nodes);
      OUT.println(groups + " group(s) idle: " + nodes.get(leader).ask("memory"));
      if (groups == 1) {
        for (int i = 0; i < 4; i++) {
          OUT.println(nodes.get(leader(nodes)).ask("write"));
        }
        leader = leader(nodes);
        OUT.println("leader " + nodes.get(leader).ask("read"));
        OUT.println("follower " + nodes.get((leader + 1) % 3).ask("read"));
        kills(nodes, ports, place, rounds);
      }
      for (Child node : nodes) {
        node.process().destroyForcibly().waitFor();
      }
    }
  }

  private static void kills(List<Child> nodes, String ports, Path place, int rounds)
      throws Exception {
    List<Long> gaps = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      int leader = leader(nodes);
      for (Child node : nodes) {
        node.tell("beat");
      }
      nodes.get(leader).next();
      nodes.forEach(node -> node.lines().clear());
      long killedMs = System.currentTimeMillis();
      nodes.get(leader).process().destroyForcibly().waitFor();
      gaps.add(firstCommit(nodes, leader) - killedMs);
      for (int i = 0; i < 3; i++) {
        // All anew, so that nobody beats any more; the dead one catches up first.
        nodes.get(i).process().destroyForcibly().waitFor();
        nodes.set(i, start(i, ports, place, 1));
      }
    }
    List<Long> sorted = gaps.stream().sorted().toList();
    OUT.println("gap after kill -9 in ms, " + rounds + " rounds: " + sorted);
  }

  private static long firstCommit(List<Child> nodes, int dead) {
    while (true) {
      for (int i = 0; i < 3; i++) {
        String line = i == dead ? null : nodes.get(i).lines().poll();
        if (line != null && line.startsWith("commit ")) {
          return Long.parseLong(line.substring("commit ".length()));
        }
      }
      LockSupport.parkNanos(200_000);
    }
  }

  private static int leader(List<Child> nodes) throws Exception {
    while (true) {
      for (int i = 0; i < nodes.size(); i++) {
        if (nodes.get(i).ask("role").equals("LEADER")) {
          return i;
        }
      }
      LockSupport.parkNanos(5_000_000);
    }
  }

  private static String ports() throws IOException {
    try (ServerSocket a = new ServerSocket(0);
        ServerSocket b = new ServerSocket(0);
        ServerSocket c = new ServerSocket(0)) {
      return a.getLocalPort() + "," + b.getLocalPort() + "," + c.getLocalPort();
    }
  }

  private static Child start(int self, String ports, Path place, int groups) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        new ProcessBuilder(
                java,
                "-Xmx128m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "-Dlogback.configurationFile="
                    + System.getProperty("logback.configurationFile", ""),
                LogBench.class.getName(),
                "node",
                Integer.toString(self),
                ports,
                place.toString(),
                Integer.toString(groups))
            .redirectError(ProcessBuilder.Redirect.appendTo(place.resolveSibling("err").toFile()))
            .start();
    BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try (BufferedReader out =
                  new BufferedReader(
                      new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = out.readLine(); line != null; line = out.readLine()) {
                  if (line.startsWith("> ")) {
                    lines.add(line.substring(2));
                  }
                }
              } catch (IOException e) {
                lines.add("ended");
              }
            });
    Child child = new Child(process, lines);
    child.next();
    return child;
  }
}
