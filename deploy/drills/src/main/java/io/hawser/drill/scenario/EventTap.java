package io.hawser.drill.scenario;

import io.hawser.cli.base.Api;
import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.Fields;
import io.hawser.cli.events.EventLine;
import io.hawser.cli.events.EventStream;
import io.hawser.cli.events.SseEvent;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** The events of a node from now on, each with the time at which it came. */
final class EventTap implements AutoCloseable {
  private record Seen(long atNs, JsonObject event) {}

  private final EventStream stream;
  private final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final Object came = new Object();

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
      synchronized (came) {
        came.notifyAll();
      }
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

  /**
   * Waits for an event, and returns as soon as it is there.
   *
   * @param fields names and values of what it has, in turn
   * @return whether it came in time
   */
  boolean await(Duration limit, String kind, String... fields) throws InterruptedException {
    long startNs = System.nanoTime();
    synchronized (came) {
      while (seen.stream().noneMatch(s -> is(s.event(), kind, fields))) {
        long leftMs = limit.minusNanos(System.nanoTime() - startNs).toMillis();
        if (leftMs <= 0) {
          return false;
        }
        came.wait(leftMs);
      }
    }
    return true;
  }

  private static boolean is(JsonObject event, String kind, String... fields) {
    boolean is = Fields.text(event, "kind", "type").equals(kind);
    for (int i = 0; i + 1 < fields.length; i += 2) {
      is &= Fields.text(event, fields[i]).equals(fields[i + 1]);
    }
    return is;
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
