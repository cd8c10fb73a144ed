package io.hawser.cli.command;

import io.hawser.cli.base.Api;
import io.hawser.cli.base.Cli;
import io.hawser.cli.base.Fields;
import io.hawser.cli.base.Reply;
import io.hawser.cli.base.Table;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Lists the services. */
@Command(name = "services", description = "List the services.")
final class ServicesCommand implements Callable<Integer> {
  private final Cli cli;

  ServicesCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    Reply reply = cli.api().get(Api.path("services")).orFail("list the services");
    if (cli.json()) {
      cli.printJson(reply.json());
    } else {
      table(cli, reply);
    }
    return 0;
  }

  static void table(Cli cli, Reply services) {
    new Table()
        .column("SERVICE", "service", "name", "id")
        .column("INSTANCES", "instances", "total", "count")
        .column("PASSING", "passing", "healthy", "up")
        .column("ROUTABLE", "routable")
        .column("STANDBY", "standby")
        .column("BACKUPS", "backups")
        .rows(Fields.items(services.json(), "services", "items"))
        .print(cli.terminal(), "no services yet; 'hawser register --help' shows how to add one");
  }
}
