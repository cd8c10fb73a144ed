package io.hawser.cli.storage;

import io.hawser.cli.base.Api;
import io.hawser.cli.base.Cli;
import io.hawser.cli.base.Fields;
import io.hawser.cli.base.Reply;
import io.hawser.cli.base.Table;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Has the store write a backup. */
@Command(
    name = "backup",
    description = "Write a backup of the store into the data directory of one of its nodes.",
    footer = {"", "A large store needs a longer --timeout."})
final class BackupCommand implements Callable<Integer> {
  private final Cli cli;

  BackupCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    Reply reply =
        cli.api().post(Api.path("storage", "backup"), new JsonObject()).orFail("back up the store");
    if (cli.json()) {
      cli.printJson(reply.json());
      return 0;
    }
    JsonObject done = reply.object();
    new Table()
        .column("GROUP", "group")
        .column("REVISION", "revision")
        .column("BYTES", "bytes")
        .rows(Fields.items(done, "groups"))
        .print(cli.terminal(), "nothing is stored");
    cli.terminal().line("on " + Fields.text(done, "node") + " in " + Fields.text(done, "path"));
    return 0;
  }
}
