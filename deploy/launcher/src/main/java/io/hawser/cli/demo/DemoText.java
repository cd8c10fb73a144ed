package io.hawser.cli.demo;

import io.hawser.cli.base.Cli;
import io.hawser.cli.base.Fields;
import io.hawser.cli.base.Table;
import io.hawser.cli.base.Terminal;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What the demo says once it runs: what is where, and what to try. */
final class DemoText {
  private DemoText() {}

  static void print(DemoPlan plan, DemoRun run, Terminal terminal) {
    List<JsonObject> instances =
        run.instances("any").stream()
            .sorted(Comparator.comparing((JsonObject i) -> Fields.text(i, "id", "instance")))
            .toList();
    terminal.line("");
    parts(plan, run.nodePid(), instances).print(terminal, "nothing runs");
    terminal.line("");
    terminal.line(terminal.bold("Try, in another terminal:"));
    tryThis(plan, instances).forEach(terminal::line);
    terminal.line("");
    terminal.line("Ctrl-C ends everything. What happens, as it happens:");
    terminal.line("");
  }

  private static Table parts(DemoPlan plan, long nodePid, List<JsonObject> instances) {
    List<JsonObject> rows = new ArrayList<>();
    rows.add(part("traffic", plan.url(), "", "the balancer"));
    rows.add(part("node-0", plan.ports().apiUrl(), Long.toString(nodePid), "API and events"));
    for (JsonObject instance : instances) {
      rows.add(
          part(
              Fields.text(instance, "id", "instance"),
              "http://" + Fields.text(instance, "host") + ":" + Fields.text(instance, "port"),
              Fields.text(instance, "meta.pid"),
              "backend, " + Fields.text(instance, "state", "health")));
    }
    rows.add(
        part(
            DemoPlan.BACKUP,
            "http://127.0.0.1:" + plan.backupPort(),
            "",
            "backup, cold: starts when one fails"));
    return new Table()
        .column("WHAT", "what")
        .column("WHERE", "where")
        .column("PID", "pid")
        .column("", "note")
        .rows(rows);
  }

  private static JsonObject part(String what, String where, String pid, String note) {
    return new JsonObject().put("what", what).put("where", where).put("pid", pid).put("note", note);
  }

  static List<String> tryThis(DemoPlan plan, List<JsonObject> instances) {
    String hawser = System.getProperty(Cli.SCRIPT_PROPERTY, "hawser");
    String server = plan.ports().offset() == 0 ? "" : " --server " + plan.ports().apiUrl();
    List<String> lines = new ArrayList<>();
    lines.add("  curl " + plan.url());
    instances.stream()
        .skip(1)
        .findFirst()
        .ifPresent(
            victim ->
                lines.add(
                    "  kill -9 "
                        + Fields.text(victim, "meta.pid")
                        + "      # "
                        + Fields.text(victim, "id", "instance")
                        + ": the backup takes over, and it comes back as standby"));
    lines.add("  " + hawser + " instances " + DemoPlan.SERVICE + server);
    lines.add("  " + hawser + " failover history" + server);
    lines.add("  " + hawser + " status" + server);
    return lines;
  }
}
