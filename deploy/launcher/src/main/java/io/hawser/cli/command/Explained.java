package io.hawser.cli.command;

import io.hawser.cli.base.Cli;
import io.hawser.cli.base.Fields;
import io.hawser.cli.base.Table;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** Why instances are what they are, for who is on call. */
record Explained(Cli cli) {

  /**
   * @param verdicts as the API answers them at {@code .../health}
   */
  void show(List<JsonObject> verdicts) {
    if (cli.json()) {
      cli.printJson(new JsonArray(verdicts));
      return;
    }
    if (verdicts.isEmpty()) {
      cli.terminal().line("no instances");
    }
    verdicts.forEach(this::show);
  }

  private void show(JsonObject verdict) {
    String name = Fields.text(verdict, "service") + "/" + Fields.text(verdict, "id");
    line(
        "%s is %s since %s: %s"
            .formatted(
                name,
                cli.terminal().state(Fields.text(verdict, "state")),
                Fields.text(verdict, "since"),
                Fields.text(verdict, "reason")));
    if (verdict.containsKey("next")) {
      line("  next: " + Fields.text(verdict, "next"));
      line(
          "  %s of the observers have to agree; roster (%s): %s"
              .formatted(
                  verdict.getValue("needed"),
                  Fields.text(verdict, "rosterSource"),
                  texts(verdict, "roster")));
    } else {
      line("  no observer answers; this is what the catalog has");
    }
    verdict.getJsonArray("notes", new JsonArray()).forEach(note -> line("  note: " + note));
    List<JsonObject> sights = Fields.items(verdict.getJsonArray("observers", new JsonArray()));
    if (!sights.isEmpty()) {
      new Table()
          .column("OBSERVER", "observer")
          .column("SAYS", "says")
          .column("WEIGHT", "weight")
          .column("MS AGO", "ageMs")
          .column("REASON", "reason")
          .rows(sights)
          .print(cli.terminal(), "no observers");
    }
    verdict.getJsonArray("evidence", new JsonArray()).forEach(seen -> line("  seen: " + seen));
    line("");
  }

  private static String texts(JsonObject verdict, String field) {
    return String.join(
        ", ", verdict.getJsonArray(field, new JsonArray()).stream().map(String::valueOf).toList());
  }

  private void line(String text) {
    cli.terminal().line(text);
  }
}
