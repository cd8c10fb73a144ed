package io.hawser.cli.events;

import io.hawser.cli.base.Api;
import io.hawser.cli.base.Cli;
import io.hawser.cli.base.Fields;
import io.hawser.cli.base.Reply;
import io.vertx.core.json.JsonObject;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows what happens, as it happens. */
@Command(
    name = "events",
    description = "Follow what happens: one line per event, until Ctrl-C.",
    footer = {"", "With --json each event is one line of JSON."})
public final class EventsCommand implements Callable<Integer> {
  private final Cli cli;

  @Option(
      names = "--since",
      paramLabel = "ID|TIME",
      defaultValue = "",
      description =
          "Start after the event with this id, or at a time such as 2027-01-31T12:00:00Z; default:"
              + " now.")
  private String since = "";

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      defaultValue = "",
      description = "Only events of this kind, such as InstanceFailed.")
  private String kind = "";

  @Option(
      names = "--service",
      paramLabel = "SERVICE",
      defaultValue = "",
      description = "Only events about this service.")
  private String service = "";

  @Option(names = "--list", description = "List the events that are kept and end.")
  private boolean list;

  public EventsCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    Map<String, String> filter = new LinkedHashMap<>();
    filter.put("since", since);
    filter.put("kind", kind);
    filter.put("service", service);
    if (list) {
      Reply reply = cli.api().get(Api.path("events") + Api.query(filter)).orFail("list the events");
      if (cli.json()) {
        cli.printJson(reply.json());
      } else {
        Fields.items(reply.json(), "events", "items").forEach(this::print);
      }
      return 0;
    }
    String path = Api.path("events", "stream") + Api.query(filter);
    new EventStream(cli.api(), path, "", cli.terminal()::note).follow(this::show);
    return 0;
  }

  private void show(SseEvent event) {
    if (Fields.parse(event.data()) instanceof JsonObject object) {
      print(object);
    }
  }

  private void print(JsonObject event) {
    JsonObject flat = EventLine.flat(event);
    // A node that does not filter its stream is filtered here.
    if (matches(kind, Fields.text(flat, "kind", "type"))
        && matches(service, Fields.text(flat, "service"))) {
      cli.terminal()
          .line(
              cli.json()
                  ? event.encode()
                  : EventLine.render(flat, ZoneId.systemDefault(), cli.terminal()));
    }
  }

  private static boolean matches(String wanted, String is) {
    return wanted.isEmpty() || wanted.equalsIgnoreCase(is);
  }
}
