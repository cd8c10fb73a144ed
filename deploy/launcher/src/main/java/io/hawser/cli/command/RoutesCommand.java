package io.hawser.cli.command;

import io.hawser.cli.base.Api;
import io.hawser.cli.base.Cli;
import io.hawser.cli.base.Fields;
import io.hawser.cli.base.Reply;
import io.hawser.cli.base.Table;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The routes, by which traffic gets to services. */
@Command(name = "routes", description = "List, write and delete the routes of the traffic.")
final class RoutesCommand {
  private final Cli cli;

  RoutesCommand(Cli cli) {
    this.cli = cli;
  }

  @Command(
      name = "list",
      description = "List the routes. Beside them every service has /{service}/.")
  int list() {
    Reply reply = cli.api().get(Api.path("routes")).orFail("list the routes");
    if (cli.json()) {
      cli.printJson(reply.json());
      return 0;
    }
    new Table()
        .column("NAME", "name")
        .column("HOST", "host")
        .column("PREFIX", "pathPrefix")
        .column("SERVICE", "service")
        .column("STRATEGY", "strategy")
        .column("AFFINITY", "affinity")
        .column("HEADERS", "headers")
        .rows(Fields.items(reply.json(), "routes", "items"))
        .print(cli.terminal(), "no routes; every service has its default one, /{service}/");
    return 0;
  }

  @Command(
      name = "put",
      description = "Write a route.",
      footer = {
        "",
        "Example: hawser routes put web shop --host shop.example --strategy peak-ewma",
        "         hawser routes put canary shop-new --prefix /shop --header X-Canary=1"
            + " --set requestsPerSecond=50"
      })
  int put(
      @Parameters(index = "0", paramLabel = "NAME", description = "The route's name.") String name,
      @Parameters(index = "1", paramLabel = "SERVICE", description = "Where it leads.")
          String service,
      @Option(names = "--host", paramLabel = "HOST", description = "Default: any host.")
          @Nullable String host,
      @Option(
              names = "--prefix",
              paramLabel = "PATH",
              defaultValue = "/",
              description = "Start of the paths (default ${DEFAULT-VALUE}).")
          String prefix,
      @Option(names = "--strip", description = "The service gets the path without the prefix.")
          boolean strip,
      @Option(
              names = "--strategy",
              paramLabel = "S",
              defaultValue = "two-choices",
              description =
                  "round-robin, weighted-random, least-connections, dynamic-score, two-choices,"
                      + " peak-ewma or consistent-hash (default ${DEFAULT-VALUE}).")
          String strategy,
      @Option(
              names = "--affinity",
              paramLabel = "A",
              defaultValue = "none",
              description = "none, cookie, header or client-address (default ${DEFAULT-VALUE}).")
          String affinity,
      @Option(
              names = "--affinity-header",
              paramLabel = "NAME",
              description = "For --affinity header.")
          @Nullable String affinityHeader,
      @Option(
              names = "--header",
              paramLabel = "NAME=VALUE",
              description = "That requests must have; may be repeated.")
          @Nullable Map<String, String> headers,
      @Option(
              names = "--set",
              paramLabel = "FIELD=NUMBER",
              description =
                  "tries, tryTimeoutMs, responseTimeoutMs, maxInFlight, requestsPerSecond or"
                      + " clientRequestsPerSecond; may be repeated.")
          @Nullable Map<String, Long> numbers) {
    JsonObject body =
        new JsonObject()
            .put("service", service)
            .put("pathPrefix", prefix)
            .put("stripPrefix", strip)
            .put("strategy", strategy)
            .put("affinity", affinity);
    if (host != null) {
      body.put("host", host);
    }
    if (affinityHeader != null) {
      body.put("affinityHeader", affinityHeader);
    }
    if (headers != null) {
      JsonObject wanted = new JsonObject();
      headers.forEach(wanted::put);
      body.put("headers", wanted);
    }
    if (numbers != null) {
      numbers.forEach(body::put);
    }
    Reply reply = cli.api().put(Api.path("routes", name), body).orFail("write the route " + name);
    if (cli.json()) {
      cli.printJson(reply.json());
    } else {
      cli.terminal().line("route " + name + " leads to " + service);
    }
    return 0;
  }

  @Command(name = "delete", description = "Delete a route.")
  int delete(@Parameters(paramLabel = "NAME", description = "The route's name.") String name) {
    var unused = cli.api().delete(Api.path("routes", name)).orFail("delete the route " + name);
    if (cli.json()) {
      cli.printJson(new JsonObject().put("deleted", name));
    } else {
      cli.terminal().line("deleted the route " + name);
    }
    return 0;
  }
}
