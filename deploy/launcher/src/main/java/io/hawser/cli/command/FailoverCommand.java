package io.hawser.cli.command;

import io.hawser.cli.base.Api;
import io.hawser.cli.base.Cli;
import io.hawser.cli.base.Fields;
import io.hawser.cli.base.Reply;
import io.hawser.cli.base.Table;
import io.hawser.cli.base.Terminal;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What the failover manager does and did, and orders for it. */
@Command(
    name = "failover",
    description = "Show what the failover manager does and did, and give it orders.")
final class FailoverCommand {
  private final Cli cli;

  FailoverCommand(Cli cli) {
    this.cli = cli;
  }

  @Command(name = "state", description = "Who acts, and the incidents that are open.")
  int state() {
    Reply reply =
        cli.api().get(Api.path("failover", "state")).orFail("read the state of the failover");
    if (cli.json()) {
      cli.printJson(reply.json());
      return 0;
    }
    JsonObject state = reply.object();
    for (String name : state.fieldNames()) {
      Object value = state.getValue(name);
      if (value instanceof String || value instanceof Number || value instanceof Boolean) {
        cli.terminal().line(name + ": " + value);
      }
    }
    incidents(Fields.items(reply.json(), "incidents", "open", "active"), "no open incidents");
    List<JsonObject> services = Fields.items(state, "services");
    if (!services.isEmpty()) {
      cli.terminal().line("");
      services(services, "");
    }
    return 0;
  }

  @Command(
      name = "plan",
      description = "What would be done if an active instance failed now, and why not.")
  int plan(
      @Option(
              names = "--service",
              paramLabel = "SERVICE",
              defaultValue = "",
              description = "Only this service.")
          String service) {
    Reply reply =
        cli.api()
            .get(Api.path("failover", "plan") + Api.query(Map.of("service", service)))
            .orFail("read the plan of the failover");
    if (cli.json()) {
      cli.printJson(reply.json());
      return 0;
    }
    List<JsonObject> services = Fields.items(reply.object(), "services");
    services(services, "no services");
    for (JsonObject each : services) {
      for (JsonObject prediction : Fields.items(each, "predictions")) {
        predict(Fields.text(each, "service"), prediction);
      }
    }
    return 0;
  }

  private void predict(String service, JsonObject prediction) {
    String whyNot = Fields.text(prediction, "whyNot");
    String then =
        whyNot.isEmpty()
            ? Fields.text(prediction, "candidate") + " takes its place"
            : "nothing is done: " + whyNot;
    Terminal terminal = cli.terminal();
    terminal.line("");
    terminal.line(service + "/" + Fields.text(prediction, "instance") + " fails: " + then);
    for (JsonObject prospect : Fields.items(prediction, "prospects")) {
      String why = Fields.text(prospect, "whyNot");
      terminal.line(
          "  %-24s %-8s %s"
              .formatted(
                  Fields.text(prospect, "instance"),
                  Fields.text(prospect, "mode"),
                  why.isEmpty() ? "ready" : why));
    }
  }

  @Command(
      name = "switchover",
      description =
          "Exchange an active instance for a backup, which serves before the old one goes.")
  int switchover(
      @Parameters(paramLabel = "SERVICE", description = "The service.") String service,
      @Mixin Why why,
      @Mixin Who who) {
    return order(service, "switchover", why, who);
  }

  @Command(name = "failover", description = "Fail over now, as if the active instance had failed.")
  int failover(
      @Parameters(paramLabel = "SERVICE", description = "The service.") String service,
      @Mixin Why why,
      @Mixin Who who) {
    return order(service, "failover", why, who);
  }

  private int order(String service, String verb, Why why, Who who) {
    Reply reply =
        cli.api()
            .post(Api.path("failover", service, verb), who.into(why.body()))
            .orFail("begin the " + verb + " of " + service);
    if (cli.json()) {
      cli.printJson(reply.json());
    } else {
      String incident = Fields.text(reply.object(), "incident");
      cli.terminal().line(verb + " of " + service + " begun, incident " + incident);
    }
    return 0;
  }

  @Command(name = "pause", description = "Let the manager leave a service alone for a while.")
  int pause(
      @Parameters(paramLabel = "SERVICE", description = "The service.") String service,
      @Mixin Why why,
      @Option(
              names = "--minutes",
              paramLabel = "N",
              required = true,
              description = "For how long; 1 to 527040.")
          int minutes) {
    String until = Instant.now().plus(Duration.ofMinutes(minutes)).toString();
    return note(service, "pause", why.body().put("until", until), "paused until " + until);
  }

  @Command(name = "resume", description = "End the pause of a service.")
  int resume(
      @Parameters(paramLabel = "SERVICE", description = "The service.") String service,
      @Mixin Why why) {
    return note(service, "resume", why.body(), "resumed");
  }

  @Command(
      name = "ack",
      description = "Say that somebody has looked at a service that is blocked, and unblock it.")
  int ack(
      @Parameters(paramLabel = "SERVICE", description = "The service.") String service,
      @Mixin Why why) {
    return note(service, "ack", why.body(), "acknowledged");
  }

  private int note(String service, String verb, JsonObject body, String done) {
    var unused =
        cli.api().post(Api.path("failover", service, verb), body).orFail(verb + " " + service);
    if (cli.json()) {
      cli.printJson(new JsonObject().put("service", service).put("done", verb));
    } else {
      cli.terminal().line(service + " " + done);
    }
    return 0;
  }

  /** Who orders something, and why. */
  static final class Why {
    @Option(
        names = "--reason",
        paramLabel = "TEXT",
        required = true,
        description = "Why; it stands in the history.")
    private String reason = "";

    @Option(
        names = "--owner",
        paramLabel = "NAME",
        defaultValue = "${sys:user.name}",
        description = "Who orders it (default ${DEFAULT-VALUE}).")
    private String owner = "";

    JsonObject body() {
      return new JsonObject().put("reason", reason).put("owner", owner);
    }
  }

  /** Whom an order is about. */
  static final class Who {
    @Option(
        names = "--instance",
        paramLabel = "ID",
        description = "Whose place is to be taken; needed when several are active.")
    private @Nullable String instance;

    @Option(names = "--to", paramLabel = "ID", description = "Who takes it (default: the best).")
    private @Nullable String candidate;

    JsonObject into(JsonObject body) {
      if (instance != null) {
        body.put("instance", instance);
      }
      return candidate == null ? body : body.put("candidate", candidate);
    }
  }

  @Command(
      name = "history",
      description = "The incidents of the past, newest first as the node gives them.")
  int history(
      @Option(
              names = "--service",
              paramLabel = "SERVICE",
              defaultValue = "",
              description = "Only those of this service.")
          String service) {
    Reply reply =
        cli.api()
            .get(Api.path("failover", "history") + Api.query(Map.of("service", service)))
            .orFail("read the history of the failover");
    if (cli.json()) {
      cli.printJson(reply.json());
      return 0;
    }
    List<JsonObject> all = Fields.items(reply.json(), "incidents", "history", "items");
    incidents(
        all.stream()
            .filter(i -> service.isEmpty() || Fields.text(i, "service").equals(service))
            .toList(),
        "no incidents");
    return 0;
  }

  @Command(name = "show", description = "One incident, step by step.")
  int show(@Parameters(paramLabel = "INCIDENT", description = "Its id.") String id) {
    Reply reply =
        cli.api().get(Api.path("failover", "incidents", id)).orFail("show the incident " + id);
    if (cli.json()) {
      cli.printJson(reply.json());
      return 0;
    }
    JsonObject incident = reply.object();
    incidents(List.of(incident.put("id", id)), "");
    long openedAtMs = Fields.number(incident, 0, "openedAtMs");
    Terminal terminal = cli.terminal();
    terminal.line("");
    for (JsonObject step : Fields.items(incident, "steps")) {
      long afterMs = Fields.number(step, openedAtMs, "atMs") - openedAtMs;
      terminal.line(
          "%+8d ms  %-18s %s"
              .formatted(afterMs, Fields.text(step, "name", "step"), Fields.text(step, "note")));
    }
    return 0;
  }

  private void services(List<JsonObject> services, String whenEmpty) {
    new Table()
        .column("SERVICE", "service")
        .column("READY", "poolReady")
        .column("WANTED", "poolMinimum")
        .column("BLOCKED UNTIL", "blockedUntil")
        .column("PAUSE", "pause")
        .rows(services)
        .print(cli.terminal(), whenEmpty);
  }

  private void incidents(List<JsonObject> incidents, String whenEmpty) {
    new Table()
        .column("INCIDENT", "id", "incident")
        .column("SERVICE", "service")
        .column("FAILED", "failed")
        .column("PHASE", "phase")
        .column("BACKUP", "candidate", "backup")
        .column("RECOVERY", "recovery")
        .column("ATTEMPT", "attempt")
        .column("OPENED", "openedAt", "openedAtMs")
        .column("REASON", "reason")
        .rows(incidents)
        .print(cli.terminal(), whenEmpty);
  }
}
