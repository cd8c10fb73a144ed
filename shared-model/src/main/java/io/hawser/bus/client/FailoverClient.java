package io.hawser.bus.client;

import io.hawser.bus.Addresses;
import io.hawser.bus.Bus;
import io.hawser.bus.Call;
import io.hawser.model.FailoverMessage.AskOutlook;
import io.hawser.model.FailoverMessage.Operate;
import io.hawser.model.FailoverMessage.Operated;
import io.hawser.model.FailoverMessage.Outlook;
import io.hawser.model.HawserMessage;
import io.hawser.model.NodeId;
import io.hawser.model.Outcome;
import io.hawser.node.Members;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;

/**
 * Calls the failover manager that acts, whichever node it is on: asks one node after the other, as
 * all but that one refuse. Thread-safe.
 */
public final class FailoverClient {
  public static final String ROLE = "failover";

  /** The name of the lease that the acting manager holds; its fence as well. */
  public static final String LEASE = "hawser/failover";

  /** The refusal of a manager that does not act. */
  public static final String NOT_MANAGER = "not-manager";

  private static final Duration TIMEOUT = Duration.ofSeconds(4);

  private final Bus bus;
  private final Members members;

  public FailoverClient(Bus bus, Members members) {
    this.bus = bus;
    this.members = members;
  }

  /**
   * Gives an order. Refused with {@code not-manager} when no manager acts just now: without the
   * lease, which needs a majority of the store, none does.
   */
  public Future<Outcome<Operated>> operate(Operate order) {
    return ask(Addresses.FAILOVER_OPERATE, order, members.liveWith(ROLE));
  }

  /**
   * What the manager sees and would do.
   *
   * @param service empty for all
   */
  public Future<Outcome<Outlook>> outlook(String service) {
    return ask(Addresses.FAILOVER_OUTLOOK, new AskOutlook(service), members.liveWith(ROLE));
  }

  private <Q extends HawserMessage, A extends HawserMessage> Future<Outcome<A>> ask(
      Call<Q, A> call, Q request, List<NodeId> nodes) {
    if (nodes.isEmpty()) {
      return Future.succeededFuture(
          new Outcome.Rejected<>(NOT_MANAGER, "no failover manager acts at present"));
    }
    return bus.request(call, nodes.getFirst(), request, TIMEOUT)
        .compose(
            outcome ->
                outcome instanceof Outcome.Rejected<A> r && r.code().equals(NOT_MANAGER)
                    ? ask(call, request, nodes.subList(1, nodes.size()))
                    : Future.succeededFuture(outcome));
  }
}
