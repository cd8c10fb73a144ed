package io.hawser.failover;

import io.hawser.catalog.Refused;
import io.hawser.failover.Execution.Prepared;
import io.hawser.failover.core.Book;
import io.hawser.failover.core.Effect;
import io.hawser.failover.core.Forecast;
import io.hawser.failover.core.ServiceFailover;
import io.hawser.failover.core.Surroundings;
import io.hawser.model.Event;
import io.hawser.model.Facet;
import io.hawser.model.Facet.FailoverGuard;
import io.hawser.model.Facet.Order;
import io.hawser.model.Facet.OrderKind;
import io.hawser.model.Facet.Pause;
import io.hawser.model.FacetKey;
import io.hawser.model.FailoverMessage.AskOutlook;
import io.hawser.model.FailoverMessage.Operate;
import io.hawser.model.FailoverMessage.Operated;
import io.hawser.model.FailoverMessage.Outlook;
import io.hawser.model.FailoverMessage.ServiceOutlook;
import io.hawser.model.NodeId;
import io.hawser.model.Outcome;
import io.hawser.node.Time;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** What operators order and ask of the manager. On the context of the verticle that owns it. */
final class Orders {
  private final NodeId self;
  private final Time time;
  private final FailoverManager manager;
  private final FailoverRecords records;

  Orders(NodeId self, Time time, FailoverManager manager, FailoverRecords records) {
    this.self = self;
    this.time = time;
    this.manager = manager;
    this.records = records;
  }

  /** Refused with {@link Refused}. */
  Future<Operated> operate(Operate order) {
    return manager
        .order(order.service(), () -> prepare(order))
        .map(
            outcome ->
                switch (outcome) {
                  case Outcome.Ok<String> ok -> new Operated(ok.value());
                  case Outcome.Rejected<String> r -> throw new Refused(r.code(), r.detail());
                  case Outcome.Unknown<String> unknown ->
                      throw new IllegalStateException(unknown.detail());
                });
  }

  private Outcome<Prepared> prepare(Operate order) {
    return switch (order.verb()) {
      case FAILOVER -> incident(order, OrderKind.FAILOVER);
      case SWITCHOVER -> incident(order, OrderKind.SWITCHOVER);
      case PAUSE -> pause(order);
      case RESUME -> resume(order);
      case ACK -> acknowledge(order);
    };
  }

  private Outcome<Prepared> incident(Operate order, OrderKind kind) {
    OptionalLong term = manager.acting();
    Surroundings around = manager.around(term.orElse(0));
    return ServiceFailover.order(
            manager.snapshot(order.service()),
            around,
            order.instance(),
            new Order(kind, order.candidate(), order.owner(), order.reason()),
            time.wallMs())
        .map(write -> prepared(order.service(), write));
  }

  private static Prepared prepared(String service, Effect.Write write) {
    return new Prepared(Execution.values(service, write), write.events(), write.id());
  }

  private Outcome<Prepared> pause(Operate order) {
    Pause pause = new Pause(order.reason(), order.owner(), order.untilMs());
    String note =
        "by "
            + order.owner()
            + " until "
            + Instant.ofEpochMilli(order.untilMs())
            + ": "
            + order.reason();
    return done(order, Map.of(Book.pauseKey(order.service()), Optional.of(pause)), "paused", note);
  }

  private Outcome<Prepared> resume(Operate order) {
    FacetKey key = Book.pauseKey(order.service());
    if (records.book().get(key, Pause.class).isEmpty()) {
      return new Outcome.Rejected<>("not-paused", "there is no such pause");
    }
    return done(order, Map.of(key, Optional.empty()), "resumed", note(order));
  }

  private Outcome<Prepared> acknowledge(Operate order) {
    FailoverGuard guard = ServiceFailover.acknowledged(records.book().guard(order.service()));
    return done(
        order,
        Map.of(Book.guardKey(order.service()), Optional.of(guard)),
        "acknowledged",
        note(order));
  }

  private static String note(Operate order) {
    return "by " + order.owner() + ": " + order.reason();
  }

  private static Outcome<Prepared> done(
      Operate order, Map<FacetKey, Optional<Facet>> values, String step, String note) {
    List<Event.Body> events = List.of(new Event.FailoverStep(order.service(), "", step, note));
    return new Outcome.Ok<>(new Prepared(values, events, ""));
  }

  /** Refused with {@link Refused} when this node's manager does not act. */
  Future<Outlook> outlook(AskOutlook question) {
    OptionalLong term = manager.acting();
    if (term.isEmpty()) {
      throw new Refused("not-manager", "the manager of this node does not act");
    }
    Surroundings around = manager.around(term.getAsLong());
    Set<String> services = records.services();
    List<ServiceOutlook> outlooks =
        services.stream()
            .filter(s -> question.service().isEmpty() || s.equals(question.service()))
            .map(s -> Forecast.of(manager.snapshot(s), around, manager.limits(), time.wallMs()))
            .toList();
    return Future.succeededFuture(
        new Outlook(self, term.getAsLong(), around.massFailure(), outlooks));
  }
}
