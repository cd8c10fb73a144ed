package io.hawser.drill.etcd;

import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import io.hawser.cli.base.Fields;
import io.hawser.drill.cluster.Ports;
import io.hawser.drill.cluster.Wait;
import io.hawser.drill.process.Ledger;
import io.hawser.drill.process.Shell;
import io.hawser.drill.process.Spawned;
import io.hawser.drill.wire.HttpConnection;
import io.hawser.drill.wire.HttpReply;
import io.hawser.drill.wire.HttpRequest;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Three members of etcd with its defaults: fsync of each write, heartbeats of 100 ms, elections
 * after 1 s. Owned by one thread.
 */
public final class EtcdCluster implements AutoCloseable {
  public static final int SIZE = 3;
  private static final Duration READY = Duration.ofSeconds(30);
  private static final Duration STOP = Duration.ofSeconds(5);
  private static final int TIMEOUT_MS = 2_000;
  private static final int TAIL = 10;
  private static final Map<String, String> JSON = Map.of("Content-Type", "application/json");

  private final Path dir;
  private final int firstPort;
  private final Ledger ledger;
  private final List<Spawned> members = new ArrayList<>();

  /** Why there can be none here; empty when there can. */
  public static Optional<String> missing() {
    Shell.Result version = Shell.run("etcd", "--version");
    return version.ok()
        ? Optional.empty()
        : Optional.of(
            "there is no etcd on the PATH: 'apt-get install -y etcd-server' on Debian and Ubuntu,"
                + " else https://github.com/etcd-io/etcd/releases");
  }

  /** The first line that etcd says of itself. */
  public static String version() {
    return Shell.run("etcd", "--version").output().lines().findFirst().orElse("");
  }

  private EtcdCluster(Path dir, int firstPort, Ledger ledger) {
    this.dir = dir;
    this.firstPort = firstPort;
    this.ledger = ledger;
  }

  /** Starts three members and waits until all are healthy. */
  public static EtcdCluster start(Path dir, int firstPort, Ledger ledger) {
    EtcdCluster cluster = new EtcdCluster(dir, Ports.block(firstPort, 2 * SIZE), ledger);
    try {
      for (int k = 0; k < SIZE; k++) {
        cluster.members.add(Spawned.start(ledger, cluster.command(k, "new")));
      }
      cluster.awaitHealthy();
      return cluster;
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  private void awaitHealthy() {
    boolean healthy = Wait.until(READY, () -> IntStream.range(0, SIZE).allMatch(this::healthy));
    if (!healthy) {
      throw new CliFailure(
          ExitCode.CLUSTER_START, "etcd did not get healthy", members.getLast().tail(TAIL), "");
    }
  }

  private Spawned.Command command(int k, String state) {
    String client = "http://127.0.0.1:" + (firstPort + 2 * k);
    String peers =
        IntStream.range(0, SIZE)
            .mapToObj(i -> name(i) + "=" + peer(i))
            .collect(Collectors.joining(","));
    Path own = dir.resolve(name(k));
    List<String> line =
        List.of(
            "etcd",
            "--name",
            name(k),
            "--data-dir",
            own.resolve("data").toString(),
            "--listen-client-urls",
            client,
            "--advertise-client-urls",
            client,
            "--listen-peer-urls",
            peer(k),
            "--initial-advertise-peer-urls",
            peer(k),
            "--initial-cluster",
            peers,
            "--initial-cluster-state",
            state,
            "--logger",
            "zap",
            "--log-level",
            "warn");
    return new Spawned.Command(name(k), own, own.resolve("etcd.log"), line, Map.of(), false);
  }

  private static String name(int k) {
    return "etcd-" + k;
  }

  private String peer(int k) {
    return "http://127.0.0.1:" + (firstPort + 2 * k + 1);
  }

  /** Where clients reach the members. */
  public List<InetSocketAddress> addresses() {
    return IntStream.range(0, SIZE).mapToObj(this::address).toList();
  }

  private InetSocketAddress address(int k) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), firstPort + 2 * k);
  }

  public Spawned member(int k) {
    return members.get(k);
  }

  public List<Long> pids() {
    return members.stream().map(Spawned::pid).toList();
  }

  private boolean healthy(int k) {
    return ask(k, HttpRequest.bytes("GET", "/health", Map.of()))
        .map(json -> Fields.text(json, "health").equals("true"))
        .orElse(false);
  }

  /** The member that leads; empty when none says so. */
  public Optional<Integer> leader() {
    byte[] status =
        HttpRequest.bytes(
            "POST", "/v3/maintenance/status", JSON, "{}".getBytes(StandardCharsets.US_ASCII));
    return IntStream.range(0, SIZE)
        .filter(k -> members.get(k).alive() && ask(k, status).map(EtcdCluster::leads).orElse(false))
        .boxed()
        .findFirst();
  }

  private static boolean leads(JsonObject status) {
    String leader = Fields.text(status, "leader");
    return !leader.isEmpty()
        && leader.equals(
            Fields.text(status.getJsonObject("header", new JsonObject()), "member_id"));
  }

  private Optional<JsonObject> ask(int k, byte[] request) {
    try (HttpConnection connection = HttpConnection.open(address(k), TIMEOUT_MS)) {
      HttpReply reply = connection.exchange(request, TIMEOUT_MS);
      return reply.ok() && Fields.parse(reply.text()) instanceof JsonObject json
          ? Optional.of(json)
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Starts a member again that was killed, and waits until all are healthy. */
  public void restart(int k) {
    members.set(k, Spawned.start(ledger, command(k, "existing")));
    awaitHealthy();
  }

  @Override
  public void close() {
    members.forEach(Spawned::ask);
    for (Spawned member : members) {
      int unused = member.alive() ? member.terminate(STOP) : 0;
      member.end();
    }
  }
}
