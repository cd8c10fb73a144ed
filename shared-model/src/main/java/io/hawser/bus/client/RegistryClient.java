package io.hawser.bus.client;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.hawser.bus.Addresses;
import io.hawser.bus.Bus;
import io.hawser.bus.Call;
import io.hawser.model.DetectionMessage.Explain;
import io.hawser.model.DetectionMessage.Explanation;
import io.hawser.model.Facet.Registration;
import io.hawser.model.HawserMessage;
import io.hawser.model.InstanceKey;
import io.hawser.model.NodeId;
import io.hawser.model.Outcome;
import io.hawser.model.RegistryMessage.Beat;
import io.hawser.model.RegistryMessage.Beats;
import io.hawser.model.RegistryMessage.BeatsTaken;
import io.hawser.model.RegistryMessage.Complaint;
import io.hawser.model.RegistryMessage.Deregister;
import io.hawser.model.RegistryMessage.Found;
import io.hawser.model.RegistryMessage.LookUp;
import io.hawser.model.RegistryMessage.Register;
import io.hawser.model.RegistryMessage.Registered;
import io.hawser.model.Rendezvous;
import io.hawser.node.Members;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the registry. A registry node of this JVM is asked first; when one does not answer, the
 * next is. Both calls may be repeated without harm. What was written is merged into this node's
 * catalog before a future completes. Thread-safe.
 */
public final class RegistryClient {
  public static final String ROLE = "registry";

  private static final Logger log = LoggerFactory.getLogger(RegistryClient.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final Duration QUESTION_TIMEOUT = Duration.ofMillis(500);

  /** How often a gateway says that it is there. */
  public static final long KEEPALIVE_MS = 250;

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

  /**
   * Passes signs of life on to those who watch the instances. Nobody learns whether they arrive.
   */
  public void beats(List<Beat> beats) {
    List<NodeId> registry = members.liveWith(ROLE);
    long view = BeatRelay.view(registry);
    BeatRelay.toObservers(beats, registry)
        .forEach((node, part) -> send(node, new Beats(members.self().id(), part, view)));
  }

  /**
   * Passes on, once, what a relay would have sent elsewhere had it seen the registry nodes that
   * this node sees. For registry nodes.
   */
  public void forward(Beats beats) {
    List<NodeId> registry = members.liveWith(ROLE);
    if (beats.view() != BeatRelay.FINAL && beats.view() != BeatRelay.view(registry)) {
      BeatRelay.toOtherObservers(beats.beats(), registry, members.self().id())
          .forEach((node, part) -> send(node, new Beats(beats.relay(), part, BeatRelay.FINAL)));
    }
  }

  /** Whether these beats come by way of a registry node, and not from the gateway itself. */
  public static boolean forwarded(Beats beats) {
    return beats.view() == BeatRelay.FINAL;
  }

  /**
   * Says to every registry node that this gateway is there, so that beats that do not come through
   * it are known to be missing. To be called every {@link #KEEPALIVE_MS}.
   *
   * @return whether one of them took it that hears a majority of the registry roster, as soon as
   *     that is known
   */
  public Future<Boolean> alive() {
    List<NodeId> registry = members.liveWith(ROLE);
    Beats empty = new Beats(members.self().id(), List.of(), BeatRelay.view(registry));
    Promise<Boolean> reached = Promise.promise();
    List<Future<Boolean>> all =
        registry.stream()
            .map(node -> send(node, empty).onSuccess(quorate -> first(reached, quorate)))
            .toList();
    Future.join(all).onComplete(done -> reached.tryComplete(false));
    return reached.future();
  }

  private static void first(Promise<Boolean> reached, boolean quorate) {
    boolean unused = quorate && reached.tryComplete(true);
  }

  /**
   * Asks how another registry node than this one knows instances, and merges the answer into this
   * node's catalog.
   *
   * @return whether one answered, or this node is the only one
   */
  public Future<Boolean> lookUp(List<InstanceKey> instances) {
    List<NodeId> others = new ArrayList<>(members.liveWith(ROLE));
    boolean self = others.remove(members.self().id());
    if (others.isEmpty()) {
      return Future.succeededFuture(self);
    }
    LookUp question = new LookUp(instances);
    return Nodes.firstToAnswer(
            Rendezvous.ranked(instances.getFirst().toString(), others),
            node -> bus.request(Addresses.LOOK_UP, node, question, QUESTION_TIMEOUT))
        .compose(
            outcome ->
                outcome instanceof Outcome.Ok<Found> ok
                    ? catalog.merge(ok.value().entries()).map(true)
                    : Future.succeededFuture(false));
  }

  /**
   * Asks the observers of an instance, the first of them first, why it is held to be what it is.
   */
  public Future<Outcome<Explanation>> explain(InstanceKey instance) {
    List<NodeId> observers =
        Rendezvous.top(instance.toString(), members.liveWith(ROLE), BeatRelay.OBSERVERS);
    return Nodes.firstToAnswer(
        observers,
        node -> bus.request(Addresses.EXPLAIN, node, new Explain(instance), QUESTION_TIMEOUT));
  }

  /** Succeeds with whether the node has them and hears a majority. */
  @CanIgnoreReturnValue
  private Future<Boolean> send(NodeId node, Beats beats) {
    return bus.request(Addresses.BEATS, node, beats, TIMEOUT)
        .map(
            outcome -> {
              if (outcome instanceof Outcome.Ok<BeatsTaken> ok) {
                return ok.value().quorate();
              }
              log.debug("beats not taken node={} outcome={}", node, outcome);
              return false;
            })
        .onFailure(e -> log.warn("beats not sent node={} cause={}", node, e.toString()));
  }

  /** Tells balancers of loads. */
  public void loads(List<Beat> beats) {
    bus.publish(Addresses.LOADS, new Beats(members.self().id(), beats, BeatRelay.FINAL));
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
