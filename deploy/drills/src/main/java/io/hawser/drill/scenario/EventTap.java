package io.hawser.drill.scenario;

import io.hawser.cli.base.Api;
import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.Fields;
import io.hawser.cli.events.EventLine;
import io.hawser.cli.events.EventStream;
import io.hawser.cli.events.SseEvent;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** The events of a node from now on, each with the time at which it came. */
final class EventTap implements AutoCloseable {
  private record Seen(long atNs, JsonObject event) {}

  private final EventStream stream;
  private final List<Seen> seen = new CopyOnWriteArrayList<>();

  EventTap(Api api) {
    stream = new EventStream(api, Api.path("events", "stream"), "", text -> {});
    Thread unused = Thread.ofVirtual().name("events").start(this::follow);
  }

  private void follow() {
    try {
      stream.follow(this::take);
    } catch (CliFailure e) {
      // Without events the drill sees less, and its expectations say so.
      stream.close();
    }
  }

  private void take(SseEvent sse) {
    if (Fields.parse(sse.data()) instanceof JsonObject raw) {
      seen.add(new Seen(System.nanoTime(), EventLine.flat(raw)));
    }
  }

  /** When the first event of a kind about an instance came after a time. */
  OptionalLong first(String kind, String instance, long afterNs) {
    return seen.stream()
        .filter(s -> s.atNs() - afterNs >= 0)
        .filter(s -> Fields.text(s.event(), "kind", "type").equals(kind))
        .filter(s -> Fields.text(s.event(), "instance").equals(instance))
        .mapToLong(Seen::atNs)
        .findFirst();
  }

  /** How many events of a kind came about instances of such ids. */
  long count(String kind, Predicate<String> instance) {
    return seen.stream()
        .filter(s -> Fields.text(s.event(), "kind", "type").equals(kind))
        .filter(s -> instance.test(Fields.text(s.event(), "instance")))
        .count();
  }

  /** The steps of the incidents of a service that were told, in their order. */
  List<String> steps(String service) {
    return seen.stream()
        .filter(s -> Fields.text(s.event(), "kind", "type").equals("FailoverStep"))
        .filter(s -> Fields.text(s.event(), "service").equals(service))
        .map(s -> Fields.text(s.event(), "step"))
        .toList();
  }

  @Override
  public void close() {
    stream.close();
  }
}
