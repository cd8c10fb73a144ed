package io.hawser.failover.driver;

import io.hawser.bus.client.ProcessClient;
import io.hawser.failover.core.Effect;
import io.hawser.failover.core.Unsure;
import io.hawser.model.FailoverMessage.EnsureProcess;
import io.hawser.model.FailoverMessage.ProcessRunning;
import io.hawser.model.InstanceKey;
import io.hawser.model.NodeId;
import io.hawser.model.Outcome;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Asks a node's process driver: of those that may start the process, see {@link Homes}, the first
 * that has the template.
 */
public final class ProcessDriver implements Driver {
  public static final String NAME = "process";

  /** The argument that names the node. */
  public static final String NODE_ARG = "node";

  /** The argument under which the driver finds the call's name. */
  public static final String CALL_ARG = "call";

  /** The refusal of a node that knows that the manager that asks acts no more. */
  public static final String DEPOSED = "deposed";

  private final ProcessClient client;
  private final Homes homes;

  public ProcessDriver(ProcessClient client, Homes homes) {
    this.client = client;
    this.homes = homes;
  }

  @Override
  public Future<Outcome<String>> run(Effect.Drive call) {
    InstanceKey instance = call.ask().instance();
    Outcome<List<NodeId>> nodes = homes.of(instance, call.driver(), call.host());
    return nodes instanceof Outcome.Ok<List<NodeId>> ok
        ? run(call, instance, ok.value())
        : Future.succeededFuture(nodes.map(List::toString));
  }

  private Future<Outcome<String>> run(Effect.Drive call, InstanceKey instance, List<NodeId> nodes) {
    Map<String, String> args = new HashMap<>(call.driver().args());
    args.put(CALL_ARG, call.ask().idempotencyKey());
    EnsureProcess request =
        new EnsureProcess(
            instance,
            call.host(),
            call.port(),
            args,
            call.ask().incident(),
            call.epoch(),
            call.term());
    return firstWithTemplate(nodes, request)
        .map(outcome -> outcome.map(r -> "pid " + r.pid() + " on " + r.node()))
        .map(ProcessDriver::asksAgain);
  }

  private static Outcome<String> asksAgain(Outcome<String> outcome) {
    return outcome instanceof Outcome.Rejected<String> r && Unsure.is(r.code())
        ? new Outcome.Unknown<>(r.detail())
        : outcome;
  }

  /** A node that did not answer may have started it: then no other one is asked. */
  private Future<Outcome<ProcessRunning>> firstWithTemplate(
      List<NodeId> nodes, EnsureProcess request) {
    if (nodes.isEmpty()) {
      return Future.succeededFuture(
          new Outcome.Rejected<>("no-template", "no live node has the template " + request.args()));
    }
    return client
        .ensure(nodes.getFirst(), request)
        .compose(
            outcome ->
                outcome instanceof Outcome.Rejected<ProcessRunning> r
                        && r.code().equals("no-template")
                    ? firstWithTemplate(nodes.subList(1, nodes.size()), request)
                    : Future.succeededFuture(outcome));
  }
}
