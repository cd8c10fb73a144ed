package io.hawser.drill.scenario;

import io.hawser.cli.base.Api;
import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import io.hawser.cli.base.Fields;
import io.hawser.drill.cluster.DrillCluster;
import io.hawser.drill.cluster.Origin;
import io.hawser.drill.cluster.Wait;
import io.hawser.drill.fault.Injection;
import io.hawser.drill.fault.Kill;
import io.hawser.drill.report.Journal;
import io.hawser.node.ProcessIdentity;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** One service of a drill, of whose failovers something goes wrong. Owned by one thread. */
final class TroubledService {
  private static final Duration UP = Duration.ofSeconds(60);
  private static final Duration DEAD = Duration.ofMinutes(5);
  private static final String HOST = "127.0.0.1";

  private final DrillCluster cluster;
  private final Journal journal;
  private final EventTap events;
  private final String name;
  private final int firstPort;
  private final Map<String, Integer> ports = new HashMap<>();

  TroubledService(
      DrillCluster cluster, Journal journal, EventTap events, String name, int firstPort) {
    this.cluster = cluster;
    this.journal = journal;
    this.events = events;
    this.name = name;
    this.firstPort = firstPort;
  }

  String id(String letter) {
    return name + "-" + letter;
  }

  private int port(String letter) {
    return ports.computeIfAbsent(letter, l -> firstPort + ports.size());
  }

  /** Starts those that register by themselves and want traffic. */
  TroubledService active(String... letters) {
    String apis =
        String.join(
            ",",
            IntStream.range(0, cluster.plan().size()).mapToObj(cluster.plan()::apiUrl).toList());
    for (String letter : letters) {
      var unused = cluster.startOrigin(new Origin(name, id(letter), HOST, port(letter), apis));
    }
    await(letters);
    return this;
  }

  /** Starts those that stand by. */
  TroubledService standby(String... letters) {
    for (String letter : letters) {
      var unused = cluster.startOrigin(new Origin(name, id(letter), HOST, port(letter), ""));
      put(
          Api.path("services", name, "instances", id(letter)),
          new JsonObject().put("host", HOST).put("port", port(letter)).put("role", "standby"));
    }
    await(letters);
    return this;
  }

  /** Has one started by a template when it is needed. */
  TroubledService cold(String letter, String template, int priority) {
    put(
        Api.path("services", name, "backups", id(letter)),
        new JsonObject()
            .put("host", HOST)
            .put("port", port(letter))
            .put("mode", "cold")
            .put("priority", priority)
            .put("driver", driver("process", "template", template)));
    return this;
  }

  TroubledService policy(JsonObject policy) {
    put(Api.path("services", name, "policy"), policy);
    return this;
  }

  static JsonObject driver(String driver, String argument, String value) {
    return new JsonObject().put("name", driver).put("args", new JsonObject().put(argument, value));
  }

  /** Gives the manager an order. */
  void order(String verb, JsonObject more) {
    JsonObject body = more.copy().put("reason", "drill").put("owner", "drill");
    var unused =
        cluster.api(0).post(Api.path("failover", name, verb), body).orFail(verb + " " + name);
  }

  private void put(String path, JsonObject body) {
    var unused = cluster.api(0).put(path, body).orFail("put " + path);
  }

  private void await(String... letters) {
    for (String letter : letters) {
      for (int k = 0; k < cluster.plan().size(); k++) {
        int node = k;
        if (!Wait.until(UP, () -> health(node, letter).equals("up"))) {
          throw new CliFailure(ExitCode.UNREACHABLE, id(letter) + " does not come up", "", "");
        }
      }
    }
  }

  /** What a node says of an instance's health; empty when it knows of none. */
  String health(int node, String letter) {
    return cluster.api(node).instances(name, "any").stream()
        .filter(i -> Fields.text(i, "id").equals(id(letter)))
        .map(i -> Fields.text(i, "health"))
        .findFirst()
        .orElse("");
  }

  /** kill -9 of the process of an instance, whoever started it. */
  void kill(String letter) {
    ProcessIdentity who =
        process(letter)
            .orElseThrow(
                () -> new CliFailure(ExitCode.CHECK_FAILED, id(letter) + " does not run", "", ""));
    try (Injection killed = Injection.inject(Kill.of(id(letter), who), DEAD, journal)) {
      killed.heal();
    }
  }

  private Optional<ProcessIdentity> process(String letter) {
    String named = "--id " + id(letter) + " ";
    String port = "--port " + port(letter) + " ";
    return ProcessHandle.allProcesses()
        .filter(
            p -> {
              String line = p.info().commandLine().orElse("") + " ";
              return line.contains(named) && line.contains(port);
            })
        .findFirst()
        .flatMap(p -> ProcessIdentity.of(p.pid()));
  }

  boolean runs(String letter) {
    return process(letter).isPresent();
  }

  /** Whether every node sends traffic to this one. */
  boolean routed(String letter) {
    return IntStream.range(0, cluster.plan().size()).allMatch(k -> routes(k, letter));
  }

  boolean routes(int node, String letter) {
    return cluster.api(node).instances(name, "passing").stream()
        .anyMatch(i -> Fields.text(i, "id").equals(id(letter)));
  }

  /** The incidents, the newest first. */
  List<JsonObject> incidents() {
    return Fields.items(
        cluster.api(0).get(Api.path("failover", "history") + "?service=" + name).json(),
        "incidents");
  }

  /** A field of the newest incident; empty when there is none. */
  String newest(String field) {
    List<JsonObject> all = incidents();
    return all.isEmpty() ? "" : Fields.text(all.getFirst(), field);
  }

  /** Whether a step is in the history with such a note, and in the event stream. */
  boolean visible(String step, String note) {
    boolean recorded =
        incidents().stream()
            .flatMap(i -> Fields.items(i, "steps").stream())
            .anyMatch(
                s -> Fields.text(s, "name").equals(step) && Fields.text(s, "note").contains(note));
    return recorded && events.steps(name).contains(step);
  }

  long count(String step) {
    return FailoverPair.steps(incidents(), step);
  }

  /** What became of it, for who has to find out why. */
  String story() {
    return incidents().stream()
        .map(
            i ->
                Fields.text(i, "phase")
                    + " "
                    + Fields.items(i, "steps").stream()
                        .map(s -> Fields.text(s, "name") + ": " + Fields.text(s, "note"))
                        .toList())
        .toList()
        .toString();
  }
}
