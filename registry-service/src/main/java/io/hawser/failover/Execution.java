package io.hawser.failover;

import io.hawser.failover.core.Ask;
import io.hawser.failover.core.Book;
import io.hawser.failover.core.Effect;
import io.hawser.failover.core.ServiceFailover;
import io.hawser.model.Event;
import io.hawser.model.Facet;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.Outcome;
import io.hawser.service.ServiceContext;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what was decided: makes the calls, writes, and tells what was written. On the context
 * of the verticle that owns it, whichever thread a driver or a peer answers on.
 */
final class Execution {
  private static final Logger log = LoggerFactory.getLogger(Execution.class);

  /**
   * What an order comes to.
   *
   * @param incident that carries it out; empty when it is done with the write
   */
  record Prepared(
      Map<FacetKey, Optional<Facet>> values, List<Event.Body> events, String incident) {}

  private final ServiceContext node;
  private final FailoverRecords records;
  private final Commits commits;
  private final Calls calls;
  private final FailoverMeters meters;
  private final Context context;

  /** Writes of which it is not known whether they were carried out. */
  private final List<Effect.Write> untold = new ArrayList<>();

  /** Failovers whose beginning is being written: the book does not have them yet. */
  private int beginning;

  /** To be called on the verticle's context. */
  Execution(
      ServiceContext node,
      FailoverRecords records,
      Commits commits,
      Calls calls,
      FailoverMeters meters) {
    this.context = node.vertx().getOrCreateContext();
    this.node = node;
    this.records = records;
    this.commits = commits;
    this.calls = calls;
    this.meters = meters;
  }

  int beginning() {
    return beginning;
  }

  /** The same end, on the verticle's context. */
  <T> Future<T> here(Future<T> future) {
    Promise<T> promise = Promise.promise();
    future.onComplete(
        (value, failure) -> context.runOnContext(v -> promise.complete(value, failure)));
    return promise.future();
  }

  /**
   * Makes the calls, and then the write. Succeeds with whether there may be more to decide at once.
   *
   * @param core is told how the calls end
   * @param answered is run after that: after each call lease and records are looked at again
   */
  Future<Boolean> run(
      String service, ServiceFailover core, List<Effect> effects, long term, Runnable answered) {
    Future<Boolean> wrote = Future.succeededFuture(false);
    for (Effect effect : effects) {
      switch (effect) {
        case Effect.Drive drive -> call(core, drive.ask(), effect, answered);
        case Effect.Register register -> call(core, register.ask(), effect, answered);
        case Effect.RaiseFence fence -> call(core, fence.ask(), effect, answered);
        case Effect.Hook hook -> call(core, hook.call().ask(), effect, answered);
        case Effect.Write write -> wrote = write(service, write, term);
      }
    }
    return wrote;
  }

  private void call(ServiceFailover core, Ask ask, Effect effect, Runnable answered) {
    here(calls.make(ask, effect))
        .onSuccess(
            outcome -> {
              log.info("driver answered call={} outcome={}", ask.idempotencyKey(), outcome);
              core.answered(ask, outcome, node.time().nowNs());
              answered.run();
            })
        .onFailure(e -> log.error("answer lost call={}", ask.idempotencyKey(), e));
  }

  private Future<Boolean> write(String service, Effect.Write write, long term) {
    int begins = write.begins() ? 1 : 0;
    beginning += begins;
    return here(commits.write(values(service, write), term))
        .onComplete(done -> beginning -= begins)
        .map(
            outcome -> {
              if (outcome instanceof Outcome.Ok) {
                tell(write);
              } else if (outcome instanceof Outcome.Unknown) {
                untold.add(write);
              }
              // A store that cannot write now is not asked again before the next tick.
              return outcome instanceof Outcome.Ok || !commits.uptodate(term);
            });
  }

  /** Succeeds with the incident that carries the order out; empty when it is done. */
  Future<Outcome<String>> write(Prepared prepared, long term) {
    return here(commits.write(prepared.values(), term))
        .map(
            written -> {
              if (written instanceof Outcome.Ok) {
                prepared.events().forEach(body -> tell(prepared.incident(), body));
              }
              return written.map(revision -> prepared.incident());
            });
  }

  static Map<FacetKey, Optional<Facet>> values(String service, Effect.Write write) {
    Map<FacetKey, Optional<Facet>> values = new HashMap<>();
    values.put(new FacetKey(Kind.INCIDENT, service, write.id()), Optional.of(write.next()));
    write
        .roles()
        .forEach((id, role) -> values.put(new FacetKey(Kind.ROLE, service, id), Optional.of(role)));
    write.guard().ifPresent(guard -> values.put(Book.guardKey(service), Optional.of(guard)));
    return values;
  }

  /** Of what may have been written: what the store has when it was read again. */
  void tellWhatWasWritten() {
    for (Effect.Write write : untold) {
      FacetKey key = new FacetKey(Kind.INCIDENT, write.next().service(), write.id());
      if (records.book().get(key, Facet.Incident.class).equals(Optional.of(write.next()))) {
        tell(write);
      }
    }
    untold.clear();
  }

  private void tell(Effect.Write write) {
    meters.wrote(write);
    write.events().forEach(body -> publish(write.id(), body));
  }

  void tell(String incident, Event.Body body) {
    meters.count(body);
    publish(incident, body);
  }

  private void publish(String incident, Event.Body body) {
    log.info("failover incident={} {}", incident, body);
    node.events().publish(body);
  }
}
