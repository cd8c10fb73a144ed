package io.hawser.gateway.events;

import io.hawser.bus.Subscription;
import io.hawser.bus.client.Events;
import io.hawser.gateway.core.EventRing;
import io.hawser.gateway.http.Outcomes;
import io.hawser.gateway.json.RecordJson;
import io.hawser.model.Event;
import io.hawser.node.Meters;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.Json;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The last events, and the clients that follow them. A client has no queue of its own: it has a
 * position in the ring, and is dropped when the ring has moved past it or when it takes nothing for
 * too long. Soft state, on the event loop of the API server.
 */
public final class EventFeed {
  /** How many events are kept to be listed and for readers that come back. */
  public static final int CAPACITY = 10_000;

  static final int MAX_STREAMS = 256;
  static final long PULSE_MS = 10_000;

  private final EventRing ring;
  private final Set<EventStream> streams = new LinkedHashSet<>();
  private long encodedPosition = -1;
  private Buffer encoded = Buffer.buffer();

  /**
   * @param capacity the most events that are kept
   */
  public EventFeed(int capacity) {
    this.ring = new EventRing(capacity);
  }

  /** Starts to receive events and to show streams that the server lives. */
  public Future<Subscription> start(Vertx vertx, Events events, Meters meters) {
    meters.gauge(Meters.API_STREAMS, streams::size);
    vertx.setPeriodic(PULSE_MS, id -> List.copyOf(streams).forEach(EventStream::pulse));
    return events.subscribe(this::onEvent);
  }

  private void onEvent(Event event) {
    ring.add(event);
    List.copyOf(streams).forEach(EventStream::pump);
  }

  public EventRing ring() {
    return ring;
  }

  /**
   * Streams events to a client until one of the two goes.
   *
   * @param since the mark after which to start; empty: from now on
   */
  public void open(HttpServerRequest request, Predicate<Event> filter, Optional<String> since) {
    EventRing.Start start =
        since.map(ring::resume).orElseGet(() -> new EventRing.Start(ring.end(), false));
    Predicate<Event> unseen =
        since
            .<Predicate<Event>>map(id -> event -> !EventRing.seen(event, id))
            .orElse(event -> true);
    EventStream stream = new EventStream(this, request, filter.and(unseen), start.position());
    boolean unused = streams.add(stream);
    stream.open(start.gap());
  }

  /**
   * @throws io.hawser.gateway.json.Problem 503 when there are too many streams
   */
  public void requireRoom() {
    if (streams.size() >= MAX_STREAMS) {
      throw Outcomes.unavailable(
          "too-many-streams",
          "this node serves " + MAX_STREAMS + " event streams; use another node");
    }
  }

  void gone(EventStream stream) {
    boolean unused = streams.remove(stream);
  }

  /** The event at a position as a stream has it. Many streams ask for the same one in a row. */
  Buffer encoded(long position) {
    if (position != encodedPosition) {
      Event event = ring.at(position);
      encoded =
          Buffer.buffer("id: " + event.id() + "\nevent: " + event.kind() + "\ndata: ")
              .appendBuffer(Json.encodeToBuffer(RecordJson.of(event)))
              .appendString("\n\n");
      encodedPosition = position;
    }
    return encoded;
  }
}
