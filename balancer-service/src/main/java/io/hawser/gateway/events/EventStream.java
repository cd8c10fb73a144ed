package io.hawser.gateway.events;

import io.hawser.gateway.core.EventRing;
import io.hawser.model.Event;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client that follows the events (server-sent events, as the HTML standard has them). Soft
 * state, on the event loop of the API server.
 */
final class EventStream {
  private static final Logger log = LoggerFactory.getLogger(EventStream.class);
  private static final int QUEUE_BYTES = 256 * 1024;

  /** How many pulses in a row may find a client that takes nothing. */
  private static final int MAX_STALLED_PULSES = 2;

  private static final Buffer HELLO = Buffer.buffer("retry: 1000\n\n");
  private static final Buffer PULSE = Buffer.buffer(": alive\n\n");
  private static final Buffer GAP =
      Buffer.buffer(
          """
          event: Gap
          data: {"kind":"Gap","reason":"older events are no longer kept here"}

          """);

  private final EventFeed feed;
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final Predicate<Event> filter;
  private long next;
  private int stalledPulses;
  private boolean closed;

  EventStream(EventFeed feed, HttpServerRequest request, Predicate<Event> filter, long position) {
    this.feed = feed;
    this.request = request;
    this.response = request.response();
    this.filter = filter;
    this.next = position;
  }

  void open(boolean gap) {
    response.putHeader("Content-Type", "text/event-stream");
    response.putHeader("X-Accel-Buffering", "no");
    response.closeHandler(v -> close());
    // A stream has no end of its own: without this a stop of the server would wait for it.
    request.connection().shutdownHandler(v -> end());
    response.exceptionHandler(e -> close());
    if (request.method().equals(HttpMethod.HEAD)) {
      end();
      return;
    }
    response.setChunked(true).setWriteQueueMaxSize(QUEUE_BYTES).drainHandler(v -> pump());
    write(HELLO);
    if (gap) {
      write(GAP);
    }
    pump();
  }

  /** Writes what the client has not had, as far as it takes it. */
  void pump() {
    EventRing ring = feed.ring();
    if (next < ring.first()) {
      drop("fell behind");
    }
    while (!closed && next < ring.end() && !response.writeQueueFull()) {
      long position = next++;
      if (filter.test(ring.at(position))) {
        write(feed.encoded(position));
      }
    }
  }

  /** Shows that the server lives, and finds out whether the client does. */
  void pulse() {
    stalledPulses = response.writeQueueFull() ? stalledPulses + 1 : 0;
    if (stalledPulses >= MAX_STALLED_PULSES) {
      drop("takes nothing");
    } else if (stalledPulses == 0 && !closed) {
      write(PULSE);
    }
  }

  private void write(Buffer data) {
    response.write(data).onFailure(e -> close());
  }

  private void drop(String why) {
    if (!closed) {
      log.info("event stream dropped client={} reason=\"{}\"", request.remoteAddress(), why);
      close();
      request.connection().close().onFailure(e -> log.debug("close failed cause={}", e.toString()));
    }
  }

  private void end() {
    if (!closed) {
      close();
      response.end().onFailure(e -> log.debug("end not sent cause={}", e.toString()));
    }
  }

  private void close() {
    closed = true;
    feed.gone(this);
  }
}
