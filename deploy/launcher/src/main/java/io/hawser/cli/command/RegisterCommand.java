package io.hawser.cli.command;

import io.hawser.cli.base.Api;
import io.hawser.cli.base.Cli;
import io.hawser.cli.base.Reply;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Registers an instance on its behalf. */
@Command(
    name = "register",
    description =
        "Register an instance. Without --ttl-ms and --check it is watched by a TCP check.",
    footer = {
      "",
      "Example:",
      "  hawser register shop shop-1 --host 10.0.0.7 --port 8081 --check http:/health --tag blue"
    })
final class RegisterCommand implements Callable<Integer> {
  private final Cli cli;

  @Parameters(index = "0", paramLabel = "SERVICE", description = "The service.")
  private String service = "";

  @Parameters(
      index = "1",
      paramLabel = "ID",
      description = "The instance's name within the service.")
  private String id = "";

  @Option(
      names = "--host",
      paramLabel = "HOST",
      defaultValue = "127.0.0.1",
      description = "Default ${DEFAULT-VALUE}.")
  private String host = "127.0.0.1";

  @Option(
      names = "--port",
      paramLabel = "PORT",
      required = true,
      description = "Where the instance listens.")
  private int port;

  @Option(
      names = "--weight",
      paramLabel = "N",
      description = "Its share of the traffic; default 1.")
  private @Nullable Integer weight;

  @Option(names = "--zone", paramLabel = "ZONE", description = "Where it stands.")
  private @Nullable String zone;

  @Option(names = "--tag", paramLabel = "TAG", description = "A tag; may be repeated.")
  private List<String> tags = List.of();

  @Option(names = "--meta", paramLabel = "KEY=VALUE", description = "Metadata; may be repeated.")
  private Map<String, String> meta = new LinkedHashMap<>();

  @Option(names = "--role", paramLabel = "active|standby", description = "The role it wishes for.")
  private @Nullable String role;

  @Option(
      names = "--ttl-ms",
      paramLabel = "MS",
      description = "The longest gap between its own beats; default: none expected.")
  private @Nullable Long ttlMs;

  @Option(
      names = "--incarnation",
      paramLabel = "TEXT",
      description = "Tells two lives of the instance apart; default host:port.")
  private @Nullable String incarnation;

  @Option(
      names = "--check",
      paramLabel = "tcp|http:/PATH",
      description = "An active check; may be repeated.")
  private List<String> checks = List.of();

  @Option(
      names = "--replace",
      description = "Take the id over from another incarnation that is live.")
  private boolean replace;

  RegisterCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    String path = Api.path("services", service, "instances", id) + (replace ? "?replace=true" : "");
    Reply reply = cli.api().put(path, body()).orFail("register " + service + "/" + id);
    if (cli.json()) {
      cli.printJson(reply.json());
    } else {
      String how = reply.status() == 201 ? "registered" : "renewed";
      cli.terminal().line(how + " " + service + "/" + id + " at " + host + ":" + port);
    }
    return 0;
  }

  private JsonObject body() {
    JsonObject body = new JsonObject().put("host", host).put("port", port);
    optional(body, "weight", weight);
    optional(body, "zone", zone);
    optional(body, "role", role);
    optional(body, "ttlMs", ttlMs);
    optional(body, "incarnation", incarnation);
    if (!tags.isEmpty()) {
      body.put("tags", new JsonArray(tags));
    }
    if (!meta.isEmpty()) {
      body.put("meta", new JsonObject(new LinkedHashMap<>(meta)));
    }
    if (!checks.isEmpty()) {
      JsonArray all = new JsonArray();
      checks.forEach(c -> all.add(check(c)));
      body.put("checks", all);
    }
    return body;
  }

  private static void optional(JsonObject body, String name, @Nullable Object value) {
    if (value != null) {
      body.put(name, value);
    }
  }

  private static JsonObject check(String text) {
    if (text.equals("tcp")) {
      return new JsonObject().put("type", "tcp");
    }
    if (text.startsWith("http:/")) {
      return new JsonObject().put("type", "http").put("path", text.substring("http:".length()));
    }
    throw Usage.wrong("--check is tcp or http:/path, got '" + text + "'");
  }
}
