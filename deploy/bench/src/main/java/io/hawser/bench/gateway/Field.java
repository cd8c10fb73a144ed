package io.hawser.bench.gateway;

import io.hawser.cli.base.Api;
import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import io.hawser.drill.cluster.ClusterPlan;
import io.hawser.drill.cluster.DrillCluster;
import io.hawser.drill.cluster.Ports;
import io.hawser.drill.cluster.Wait;
import io.hawser.drill.process.Ledger;
import io.hawser.drill.process.Spawned;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * nginx as origins, and before them nginx, HAProxy and one Hawser node: one worker or loop each,
 * connections to the origins kept, logging off. Owned by one thread.
 */
final class Field implements AutoCloseable {
  /** The larger of the answers. */
  static final int LARGE_BYTES = 100_000;

  static final int SMALL_BYTES = 256;
  private static final String SERVICE = "bench";
  private static final Duration UP = Duration.ofSeconds(20);
  private static final List<String> TOOLS = List.of("nginx", "haproxy", "wrk");

  /**
   * Somebody who forwards.
   *
   * @param pid of the process that does the work
   */
  record Proxy(String name, String url, long pid) {
    int port() {
      return URI.create(url).getPort();
    }
  }

  private final Path dir;
  private final Ledger ledger;
  private final DrillCluster cluster;
  private final List<Integer> originPorts = new ArrayList<>();
  private final List<Spawned> origins = new ArrayList<>();
  private final List<Spawned> others = new ArrayList<>();
  private final List<Proxy> proxies = new ArrayList<>();
  private final int firstPort;
  private final Map<String, List<Integer>> behind;

  Field(Path dir, int firstPort, int originCount, Ledger ledger) {
    this(dir, firstPort, originCount, Map.of(), ledger);
  }

  /**
   * @param behind the ports of each proxy's origins, by its name; empty: all have the same, of
   *     nginx
   */
  Field(
      Path dir, int firstPort, int originCount, Map<String, List<Integer>> behind, Ledger ledger) {
    TOOLS.forEach(Field::require);
    this.dir = dir;
    this.ledger = ledger;
    this.behind = behind;
    this.firstPort = Ports.block(firstPort, originCount + 2);
    for (int i = 0; i < originCount; i++) {
      originPorts.add(this.firstPort + i);
    }
    Map<String, Object> settings =
        Map.of(
            "balancer.loops",
            1,
            "node.roles",
            "registry,balancer,gateway",
            "cluster.stores",
            false);
    this.cluster =
        new DrillCluster(
            ClusterPlan.local(dir, 1, this.firstPort + originCount + 2, settings), ledger);
  }

  private static boolean found(String tool) {
    return List.of((System.getenv("PATH") + ":/usr/sbin:/usr/local/sbin").split(":")).stream()
        .anyMatch(place -> new File(place, tool).canExecute());
  }

  private static void require(String tool) {
    if (!found(tool)) {
      throw new CliFailure(
          ExitCode.ENVIRONMENT,
          "this measurement needs " + tool,
          "it is not on the PATH",
          "on Debian: apt-get install nginx-light haproxy wrk");
    }
  }

  void start() {
    write("large", "x".repeat(LARGE_BYTES));
    for (int i = 0; i < originPorts.size(); i++) {
      origins.add(Spawned.start(ledger, origin(i)));
      await(originPorts.get(i));
    }
    int nginxPort = firstPort + originPorts.size();
    Spawned nginx = spawn("nginx", nginx("nginx", nginxConfig(nginxPort)));
    await(nginxPort);
    proxies.add(new Proxy("nginx", "http://127.0.0.1:" + nginxPort + "/bench", nginx.pid()));
    int haproxyPort = nginxPort + 1;
    write("haproxy.cfg", haproxyConfig(haproxyPort));
    Spawned haproxy =
        spawn("haproxy", List.of("haproxy", "-db", "-f", dir.resolve("haproxy.cfg").toString()));
    await(haproxyPort);
    proxies.add(new Proxy("haproxy", "http://127.0.0.1:" + haproxyPort + "/bench", haproxy.pid()));
    cluster.startAll();
    register();
    String url = "http://127.0.0.1:" + cluster.traffic(0).getPort() + "/" + SERVICE;
    proxies.add(new Proxy("hawser", url, cluster.node(0).pid()));
  }

  /** Whether all that the measurements need is there; else says what is not. */
  static boolean ready(Consumer<String> tell) {
    List<String> missing = TOOLS.stream().filter(tool -> !found(tool)).toList();
    if (!missing.isEmpty()) {
      tell.accept("skipped: not on the PATH: " + String.join(", ", missing));
    }
    return missing.isEmpty();
  }

  private List<Integer> portsBehind(String proxy) {
    return behind.getOrDefault(proxy, originPorts);
  }

  private void register() {
    List<Integer> ports = portsBehind("hawser");
    for (int i = 0; i < ports.size(); i++) {
      weight(i, 1);
    }
    boolean routed =
        Wait.until(UP, () -> cluster.api(0).instances(SERVICE, "passing").size() == ports.size());
    if (!routed) {
      throw new CliFailure(ExitCode.FAILURE, "the origins are not routed", "", "");
    }
  }

  /** Has Hawser give an origin so much; 0 drains it. The other proxies know of none of it. */
  void weight(int i, int weight) {
    JsonObject body =
        new JsonObject()
            .put("host", "127.0.0.1")
            .put("port", portsBehind("hawser").get(i))
            .put("weight", weight);
    var reply = cluster.api(0).put(Api.path("services", SERVICE, "instances", "o" + i), body);
    if (!reply.ok()) {
      throw new CliFailure(ExitCode.FAILURE, "cannot register an origin", reply.body(), "");
    }
  }

  List<Proxy> proxies() {
    return List.copyOf(proxies);
  }

  int origins() {
    return origins.size();
  }

  /** As {@code kill -9}. */
  void killOrigin(int i) {
    origins.get(i).kill();
  }

  Spawned originProcess(int i) {
    return origins.get(i);
  }

  void restartOrigin(int i) {
    origins.get(i).end();
    origins.set(i, Spawned.start(ledger, origin(i)));
    await(originPorts.get(i));
  }

  /** Waits until the node has taken all origins back. */
  boolean allRouted() {
    int all = portsBehind("hawser").size();
    return Wait.until(UP, () -> cluster.api(0).instances(SERVICE, "passing").size() == all);
  }

  private Spawned spawn(String name, List<String> line) {
    Spawned started =
        Spawned.start(
            ledger,
            new Spawned.Command(name, dir, dir.resolve(name + ".log"), line, Map.of(), false));
    others.add(started);
    return started;
  }

  private Spawned.Command origin(int i) {
    String name = "origin" + i;
    return new Spawned.Command(
        name,
        dir,
        dir.resolve(name + ".log"),
        nginx(name, originConfig(originPorts.get(i))),
        Map.of(),
        false);
  }

  /** One process that does everything, so that its processor time is what it costs. */
  private List<String> nginx(String name, String http) {
    write(
        name + ".conf",
        """
        daemon off; master_process off; pid %1$s/%2$s.pid; error_log %1$s/%2$s.err crit;
        events { worker_connections 4096; }
        http {
          access_log off; keepalive_requests 100000000; keepalive_timeout 600s;
          client_body_temp_path %1$s/%2$s-body; proxy_temp_path %1$s/%2$s-proxy;
          fastcgi_temp_path %1$s/%2$s-f; uwsgi_temp_path %1$s/%2$s-u; scgi_temp_path %1$s/%2$s-s;
        %3$s
        }
        """
            .formatted(dir, name, http));
    return List.of("nginx", "-c", dir.resolve(name + ".conf").toString());
  }

  private String originConfig(int port) {
    return """
      open_file_cache max=10; sendfile on; tcp_nopush on;
      server {
        listen 127.0.0.1:%d backlog=4096;
        location = /small { return 200 "%s"; }
        location = /bench/small { return 200 "%s"; }
        location = /large { alias %s/large; }
        location = /bench/large { alias %s/large; }
        location / { return 200 "ok"; }
      }
    """
        .formatted(port, "x".repeat(SMALL_BYTES), "x".repeat(SMALL_BYTES), dir, dir);
  }

  private String nginxConfig(int port) {
    return """
      upstream origins { %s keepalive 256; keepalive_requests 100000000; }
      server {
        listen 127.0.0.1:%d backlog=4096;
        location / { proxy_pass http://origins; proxy_http_version 1.1; proxy_set_header Connection ""; }
      }
    """
        .formatted(each("nginx", "server 127.0.0.1:%2$d;", " "), port);
  }

  private String haproxyConfig(int port) {
    return """
    global
      nbthread 1
      maxconn 4096
    defaults
      mode http
      timeout connect 1s
      timeout client 60s
      timeout server 5s
      http-reuse always
      retries 3
      option redispatch 1
      retry-on conn-failure empty-response response-timeout
    frontend in
      bind 127.0.0.1:%d
      default_backend origins
      http-request disable-l7-retry if METH_POST
    backend origins
      balance roundrobin
      %s
    """
        .formatted(port, each("haproxy", "server s%1$d 127.0.0.1:%2$d check inter 1s", "\n  "));
  }

  private String each(String proxy, String format, String between) {
    List<Integer> ports = portsBehind(proxy);
    return IntStream.range(0, ports.size())
        .mapToObj(i -> format.formatted(i, ports.get(i)))
        .collect(Collectors.joining(between));
  }

  private void write(String name, String text) {
    try {
      Files.createDirectories(dir);
      Files.writeString(dir.resolve(name), text, StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void await(int port) {
    if (!Wait.until(UP, () -> takes(port))) {
      throw new CliFailure(ExitCode.FAILURE, "nobody listens on port " + port, "", "see its log");
    }
  }

  private static boolean takes(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 200);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    cluster.close();
    others.forEach(Spawned::end);
    origins.forEach(Spawned::end);
  }
}
