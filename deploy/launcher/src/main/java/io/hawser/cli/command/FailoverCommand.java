package io.hawser.cli.command;

import io.hawser.cli.base.Api;
import io.hawser.cli.base.Cli;
import io.hawser.cli.base.Fields;
import io.hawser.cli.base.Reply;
import io.hawser.cli.base.Table;
import io.hawser.cli.base.Terminal;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What the failover manager does and did. */
@Command(name = "failover", description = "Show what the failover manager does and did.")
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
    return 0;
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
