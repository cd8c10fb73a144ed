package io.hawser.gateway.events;

import io.hawser.gateway.core.EventRing;
import io.hawser.gateway.core.Query;
import io.hawser.gateway.http.Answer;
import io.hawser.gateway.http.Call;
import io.hawser.gateway.http.Endpoints;
import io.hawser.gateway.json.Closest;
import io.hawser.gateway.json.Problem;
import io.hawser.gateway.json.RecordJson;
import io.hawser.gateway.json.Text;
import io.hawser.model.Event;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What happened: the last events as a list, and as a stream. */
public final class EventRoutes {
  private static final int DEFAULT_LIMIT = 1_000;
  private static final List<String> KINDS =
      Arrays.stream(Event.Body.class.getPermittedSubclasses()).map(Class::getSimpleName).toList();

  private final EventFeed feed;

  public EventRoutes(EventFeed feed) {
    this.feed = feed;
  }

  public void addTo(Endpoints endpoints) {
    endpoints.on("listEvents", this::list);
    endpoints.on("streamEvents", this::stream);
  }

  /** The oldest after the mark first; without a mark the last ones. */
  private Future<Answer> list(Call call) {
    Query query = call.query();
    int limit = (int) query.integer("limit", 1, EventFeed.CAPACITY, DEFAULT_LIMIT);
    Predicate<Event> filter = filter(query);
    Optional<String> since = query.text("since", Text.plain(256)).map(s -> mark("since", s));
    EventRing ring = feed.ring();
    EventRing.Start start =
        since.map(ring::after).orElseGet(() -> new EventRing.Start(ring.first(), false));
    List<Map<String, @Nullable Object>> found = new ArrayList<>();
    if (since.isPresent()) {
      for (long p = start.position(); p < ring.end() && found.size() < limit; p++) {
        addIf(filter, ring.at(p), found);
      }
    } else {
      for (long p = ring.end() - 1; p >= start.position() && found.size() < limit; p--) {
        addIf(filter, ring.at(p), found);
      }
    }
    List<Map<String, @Nullable Object>> ordered = since.isPresent() ? found : found.reversed();
    return Future.succeededFuture(
        Answer.okWith("X-Hawser-Gap", Boolean.toString(start.gap()), List.copyOf(ordered)));
  }

  private static void addIf(
      Predicate<Event> filter, Event event, List<Map<String, @Nullable Object>> found) {
    if (filter.test(event)) {
      found.add(RecordJson.of(event));
    }
  }

  private Future<Answer> stream(Call call) {
    Query query = call.query();
    Predicate<Event> filter = filter(query);
    String last = call.headers().get("Last-Event-ID");
    Optional<String> since =
        last != null && !last.isEmpty()
            ? Optional.of(mark("Last-Event-ID", last))
            : query.text("since", Text.plain(256)).map(s -> mark("since", s));
    feed.requireRoom();
    return Future.succeededFuture(new Answer.Stream(request -> feed.open(request, filter, since)));
  }

  private static Predicate<Event> filter(Query query) {
    Optional<String> service = query.text("service", Text.NAME);
    Optional<String> kind = query.text("kind", Text.NAME);
    if (kind.isPresent() && !KINDS.contains(kind.get())) {
      throw Query.bad("kind", "is no kind of event; " + Closest.hint(kind.get(), KINDS));
    }
    return event ->
        (kind.isEmpty() || event.kind().equals(kind.get()))
            && (service.isEmpty() || event.body().service().equals(service.get()));
  }

  private static String mark(String where, String text) {
    return EventRing.mark(text)
        .orElseThrow(
            () ->
                Problem.of(
                    400,
                    "bad-parameter",
                    where + " must be an event's id, or a time like 2027-01-31T12:00:00Z"));
  }
}
