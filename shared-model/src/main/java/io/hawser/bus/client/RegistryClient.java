package io.hawser.bus.client;

import io.hawser.bus.Addresses;
import io.hawser.bus.Bus;
import io.hawser.bus.Call;
import io.hawser.model.Facet.Registration;
import io.hawser.model.HawserMessage;
import io.hawser.model.InstanceKey;
import io.hawser.model.NodeId;
import io.hawser.model.Outcome;
import io.hawser.model.RegistryMessage.Beat;
import io.hawser.model.RegistryMessage.Beats;
import io.hawser.model.RegistryMessage.Complaint;
import io.hawser.model.RegistryMessage.Deregister;
import io.hawser.model.RegistryMessage.Register;
import io.hawser.model.RegistryMessage.Registered;
import io.hawser.node.Members;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;

/**
 * Calls the registry. A registry node of this JVM is asked first; when one does not answer, the
 * next is. Both calls may be repeated without harm. What was written is merged into this node's
 * catalog before a future completes. Thread-safe.
 */
public final class RegistryClient {
  public static final String ROLE = "registry";
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private final Bus bus;
  private final Members members;
  private final CatalogReplica catalog;

  public RegistryClient(Bus bus, Members members, CatalogReplica catalog) {
    this.bus = bus;
    this.members = members;
    this.catalog = catalog;
  }

  /**
   * Registers or renews an instance.
   *
   * @param replace take the place of a live instance of another incarnation
   * @return refused with {@code instance-conflict} when the id is live under another incarnation
   */
  public Future<Outcome<Registered>> register(
      InstanceKey instance, Registration registration, boolean replace) {
    return call(Addresses.REGISTER, instance, new Register(instance, registration, replace));
  }

  /** Removes an instance. Refused with {@code unknown-instance} when there is none. */
  public Future<Outcome<Registered>> deregister(InstanceKey instance) {
    return call(Addresses.DEREGISTER, instance, new Deregister(instance));
  }

  /** Passes signs of life on. */
  public void beats(List<Beat> beats) {
    bus.publish(Addresses.BEATS, new Beats(members.self().id(), beats));
  }

  /** Says that an instance could not be used. */
  public void complain(InstanceKey instance, String incarnation, String reason) {
    bus.publish(
        Addresses.COMPLAINTS, new Complaint(members.self().id(), instance, incarnation, reason));
  }

  private <Q extends HawserMessage> Future<Outcome<Registered>> call(
      Call<Q, Registered> call, InstanceKey instance, Q request) {
    List<NodeId> nodes = Nodes.selfFirst(members, ROLE, instance.toString());
    return Nodes.firstToAnswer(nodes, node -> bus.request(call, node, request, TIMEOUT))
        .compose(
            outcome ->
                outcome instanceof Outcome.Ok<Registered> ok
                    ? catalog.merge(ok.value().entries()).map(v -> outcome)
                    : Future.succeededFuture(outcome));
  }
}
