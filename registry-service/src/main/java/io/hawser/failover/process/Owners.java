package io.hawser.failover.process;

import io.hawser.bus.client.hard.HardState;
import io.hawser.bus.client.hard.HardState.Held;
import io.hawser.bus.client.storage.Results;
import io.hawser.catalog.Refused;
import io.hawser.failover.core.Unsure;
import io.hawser.model.Facet.ProcessOwner;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.InstanceKey;
import io.hawser.model.NodeId;
import io.hawser.model.Outcome;
import io.hawser.model.StorageOp.Expect;
import io.hawser.service.ServiceContext;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whose process an instance is, as the store has it: one record for each, changed by
 * compare-and-set, so that of two nodes only one has it. Owned by one verticle.
 */
final class Owners {
  private static final Logger log = LoggerFactory.getLogger(Owners.class);

  /** The code of the refusal of what is another node's process. */
  static final String ELSEWHERE = "owner-elsewhere";

  private static final long RETRY_MS = 1_000;

  /** How often a record is read again that somebody else has written meanwhile. */
  private static final int MAX_READS = 5;

  private final ServiceContext node;
  private final HardState store;
  private final NodeId self;

  /** What the store could not be told yet. */
  private final Map<InstanceKey, Child> untold = new HashMap<>();

  /** The last write of each record that is under way or waits for its turn. */
  private final Map<InstanceKey, Future<?>> turns = new HashMap<>();

  private final Consumer<Child> lost;
  private boolean telling;

  /**
   * @param lost is told of each process that is another node's, though it runs here
   */
  Owners(ServiceContext node, Consumer<Child> lost) {
    this.node = node;
    this.lost = lost;
    this.store = node.hardState().store();
    this.self = node.members().self().id();
  }

  /**
   * Makes a process this node's before it is started. Refused when it is another node's, be that
   * node live or not, and while the store does not answer: unless it was this node's when it did.
   */
  Future<Void> claim(Child child) {
    return inTurn(child.instance(), () -> write(child))
        .compose(
            outcome -> {
              if (outcome instanceof Outcome.Ok<Optional<NodeId>> ok) {
                return ok.value().isPresent()
                    ? refused(ELSEWHERE, "the process is node " + ok.value().get() + "'s")
                    : Future.succeededFuture();
              }
              if (known(child.instance()).filter(o -> o.node().equals(self)).isPresent()) {
                tellLater(child, outcome);
                return Future.succeededFuture();
              }
              return refused(
                  Unsure.OF_OWNER, "the store does not say whose the process is: " + outcome);
            });
  }

  private static Future<Void> refused(String code, String detail) {
    return Future.failedFuture(new Refused(code, detail));
  }

  /**
   * Says that a process is this node's, and up to which epoch requests for it are refused. Never
   * fails: while the store does not answer it is told again and again, and nobody waits for that.
   */
  Future<Void> own(Child child) {
    return inTurn(child.instance(), () -> write(child))
        .onSuccess(
            outcome -> {
              if (outcome instanceof Outcome.Ok<Optional<NodeId>> ok) {
                Child unused = untold.remove(child.instance());
                ok.value().ifPresent(other -> twice(child, other));
              } else {
                tellLater(child, outcome);
              }
            })
        .mapEmpty();
  }

  private void twice(Child child, NodeId other) {
    log.warn("process is at home on two nodes instance={} other={}", child.instance(), other);
    lost.accept(child);
  }

  /**
   * Writes of one record go one after the other, in the order in which they were asked for: else
   * what was read for an older one would be written over what a newer one has written.
   */
  private <T> Future<T> inTurn(InstanceKey instance, Supplier<Future<T>> write) {
    Future<?> before = turns.getOrDefault(instance, Future.succeededFuture());
    Future<T> turn = before.transform(done -> write.get());
    turns.put(instance, turn);
    return turn.onComplete(done -> turns.remove(instance, turn));
  }

  private void tellLater(Child child, Outcome<?> outcome) {
    if (untold.put(child.instance(), child) == null) {
      log.warn("owner not told yet instance={} outcome={}", child.instance(), outcome);
    }
    tellAfterAWhile();
  }

  private void tellAfterAWhile() {
    if (!telling) {
      telling = true;
      long unused = node.vertx().setTimer(RETRY_MS, id -> tellAgain());
    }
  }

  private void tellAgain() {
    telling = false;
    List.copyOf(untold.keySet()).forEach(this::tellAgain);
  }

  /** When its turn comes: what was said of the same process meanwhile is newer. */
  private void tellAgain(InstanceKey instance) {
    Future<?> unused =
        inTurn(
            instance,
            () ->
                Optional.ofNullable(untold.get(instance))
                    .map(child -> write(child).onSuccess(o -> toldAgain(child, o)))
                    .orElseGet(() -> Future.succeededFuture(new Outcome.Ok<>(Optional.empty()))));
  }

  private void toldAgain(Child child, Outcome<Optional<NodeId>> outcome) {
    if (!(outcome instanceof Outcome.Ok<Optional<NodeId>> ok)) {
      tellAfterAWhile();
    } else if (untold.remove(child.instance(), child)) {
      log.info("owner told instance={}", child.instance());
      ok.value().ifPresent(other -> twice(child, other));
    }
  }

  /** Gives a process of this node up. Never fails: a record that stays is this node's. */
  Future<Void> disown(InstanceKey instance) {
    return inTurn(
            instance,
            () -> {
              Child unused = untold.remove(instance);
              return change(FacetKey.of(Kind.PROCESS_OWNER, instance), Optional.empty(), MAX_READS);
            })
        .onSuccess(
            outcome -> {
              if (!(outcome instanceof Outcome.Ok)) {
                log.warn("owner's record stays instance={} outcome={}", instance, outcome);
              }
            })
        .mapEmpty();
  }

  private Future<Outcome<Optional<NodeId>>> write(Child child) {
    FacetKey key = FacetKey.of(Kind.PROCESS_OWNER, child.instance());
    return change(key, Optional.of(owner(child)), MAX_READS);
  }

  /**
   * Writes the record, or deletes it, unless it is another node's.
   *
   * @return the other node
   */
  private Future<Outcome<Optional<NodeId>>> change(
      FacetKey key, Optional<ProcessOwner> next, int reads) {
    return store
        .get(key, ProcessOwner.class)
        .compose(
            outcome ->
                outcome instanceof Outcome.Ok<Optional<Held<ProcessOwner>>> ok
                    ? change(key, ok.value(), next)
                    : Future.succeededFuture(outcome.map(held -> Optional.<NodeId>empty())))
        .compose(
            outcome ->
                reads > 1 && lost(outcome)
                    ? change(key, next, reads - 1)
                    : Future.succeededFuture(outcome));
  }

  private static boolean lost(Outcome<?> outcome) {
    return outcome instanceof Outcome.Rejected<?> refused
        && refused.code().equals(Results.REVISION_MISMATCH);
  }

  private Future<Outcome<Optional<NodeId>>> change(
      FacetKey key, Optional<Held<ProcessOwner>> held, Optional<ProcessOwner> next) {
    Optional<NodeId> other = held.map(h -> h.value().node()).filter(owner -> !owner.equals(self));
    if (other.isPresent() || held.map(Held::value).equals(next)) {
      return Future.succeededFuture(new Outcome.Ok<>(other));
    }
    Expect expect = held.map(h -> Expect.revision(h.revision())).orElse(Expect.ABSENT);
    return next.map(owner -> store.put(key, owner, expect, List.of()))
        .orElseGet(() -> store.delete(key, expect, List.of()))
        .map(outcome -> outcome.map(committed -> Optional.<NodeId>empty()));
  }

  private Optional<ProcessOwner> known(InstanceKey instance) {
    return node.catalog().get(FacetKey.of(Kind.PROCESS_OWNER, instance), ProcessOwner.class);
  }

  private ProcessOwner owner(Child child) {
    return new ProcessOwner(self, child.template(), child.identity().pid(), child.epoch().value());
  }
}
