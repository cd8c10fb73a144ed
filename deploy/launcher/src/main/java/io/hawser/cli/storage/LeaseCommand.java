package io.hawser.cli.storage;

import io.hawser.cli.base.Api;
import io.hawser.cli.base.Cli;
import io.hawser.cli.base.Fields;
import io.hawser.cli.base.RawReply;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Leases of the store. */
@Command(
    name = "lease",
    description = "Take, renew and release leases, for scripts.",
    footer = {
      "",
      "A lease that another one holds ends the command with 4. The epoch is the fencing token:",
      "give it with --fence NAME:EPOCH to what is written under the lease."
    })
final class LeaseCommand {
  private final Cli cli;

  LeaseCommand(Cli cli) {
    this.cli = cli;
  }

  @Command(name = "get", description = "Show who holds a lease.")
  int get(@Parameters(paramLabel = "NAME", description = "The lease.") String name) {
    JsonObject lease =
        cli.api().get(Api.path("leases", name)).orFail("read the lease " + name).object();
    print(lease, "for another " + Fields.text(lease, "remainingMs") + " ms");
    return 0;
  }

  @Command(name = "acquire", description = "Take a lease, when nobody holds it.")
  int acquire(
      @Parameters(paramLabel = "NAME", description = "The lease.") String name,
      @Option(
              names = "--holder",
              paramLabel = "HOLDER",
              required = true,
              description = "Who takes it; the same one may take it again.")
          String holder,
      @Option(
              names = "--ttl",
              paramLabel = "MS",
              defaultValue = "30000",
              description = "How long it lasts without a renewal (default ${DEFAULT-VALUE}).")
          long ttlMs) {
    JsonObject body = new JsonObject().put("holder", holder).put("ttlMs", ttlMs);
    JsonObject lease =
        cli.api().post(Api.path("leases", name), body).orFail("take the lease " + name).object();
    print(lease, "for " + ttlMs + " ms");
    return 0;
  }

  @Command(name = "renew", description = "Hold a lease for its whole life again.")
  int renew(
      @Parameters(paramLabel = "NAME", description = "The lease.") String name,
      @Option(names = "--holder", paramLabel = "HOLDER", required = true, description = "Who.")
          String holder,
      @Option(
              names = "--epoch",
              paramLabel = "N",
              required = true,
              description = "The epoch that it was taken under.")
          long epoch) {
    JsonObject lease =
        cli.api()
            .put(Api.path("leases", name), claim(holder, epoch))
            .orFail("renew the lease " + name)
            .object();
    print(lease, "for " + Fields.text(lease, "ttlMs") + " ms");
    return 0;
  }

  @Command(name = "release", description = "Give a lease back.")
  int release(
      @Parameters(paramLabel = "NAME", description = "The lease.") String name,
      @Option(names = "--holder", paramLabel = "HOLDER", required = true, description = "Who.")
          String holder,
      @Option(
              names = "--epoch",
              paramLabel = "N",
              required = true,
              description = "The epoch that it was taken under.")
          long epoch) {
    byte[] body = claim(holder, epoch).encode().getBytes(StandardCharsets.UTF_8);
    RawReply unused =
        cli.api()
            .raw(
                "DELETE",
                Api.path("leases", name),
                Map.of("Content-Type", "application/json"),
                body)
            .orFail("release the lease " + name);
    if (cli.json()) {
      cli.printJson(new JsonObject().put("released", name));
    } else {
      cli.terminal().line("released " + name);
    }
    return 0;
  }

  private static JsonObject claim(String holder, long epoch) {
    return new JsonObject().put("holder", holder).put("epoch", epoch);
  }

  private void print(JsonObject lease, String until) {
    if (cli.json()) {
      cli.printJson(lease);
    } else {
      cli.terminal()
          .line(
              "%s is held by %s under epoch %s %s"
                  .formatted(
                      Fields.text(lease, "name"),
                      Fields.text(lease, "holder"),
                      Fields.text(lease, "epoch"),
                      until));
    }
  }
}
