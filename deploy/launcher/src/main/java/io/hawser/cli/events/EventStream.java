package io.hawser.cli.events;

import io.hawser.cli.base.Api;
import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.Reply;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Follows the events of a node for as long as it is wanted: a broken stream is taken up again after
 * the last event that was seen. {@link #follow} blocks its thread; {@link #close} may come from
 * any.
 */
public final class EventStream {
  private static final long RETRY_MS = 500;

  private final Api api;
  private final String path;
  private final Consumer<String> notes;
  private volatile boolean closed;
  private String lastId;

  /**
   * @param path of the stream, with its query
   * @param lastId the event after which to start; empty for: from now on
   * @param notes told when the stream breaks and when it is back
   */
  public EventStream(Api api, String path, String lastId, Consumer<String> notes) {
    this.api = api;
    this.path = path;
    this.lastId = lastId;
    this.notes = notes;
  }

  public void close() {
    closed = true;
  }

  /**
   * Hands each event on until the stream is closed or the thread is interrupted.
   *
   * @throws CliFailure when the first connection fails, or the node refuses the request
   */
  public void follow(Consumer<SseEvent> handler) {
    boolean connected = false;
    boolean told = false;
    while (!closed && !Thread.currentThread().isInterrupted()) {
      try {
        HttpResponse<Stream<String>> response = open();
        if (told) {
          notes.accept("the event stream is back");
        }
        connected = true;
        told = false;
        read(response, handler);
      } catch (CliFailure e) {
        if (!connected) {
          throw e;
        }
      } catch (UncheckedIOException e) {
        // The node went away in the middle of the stream: taken up again below.
      }
      if (!closed && !told) {
        notes.accept("the event stream of " + api.server() + " broke; trying again");
        told = true;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(RETRY_MS));
    }
  }

  private HttpResponse<Stream<String>> open() {
    Map<String, String> headers = new TreeMap<>();
    if (!lastId.isEmpty()) {
      headers.put("Last-Event-ID", lastId);
    }
    HttpResponse<Stream<String>> response = api.stream(path, headers);
    if (response.statusCode() != 200) {
      try (Stream<String> body = response.body()) {
        String text = body.collect(Collectors.joining("\n"));
        var unused = new Reply(response.statusCode(), text).orFail("follow the events");
      }
    }
    return response;
  }

  private void read(HttpResponse<Stream<String>> response, Consumer<SseEvent> handler) {
    SseParser parser = new SseParser();
    try (Stream<String> lines = response.body()) {
      for (Iterator<String> i = lines.iterator(); !closed && i.hasNext(); ) {
        parser
            .line(i.next())
            .ifPresent(
                event -> {
                  lastId = event.id().isEmpty() ? lastId : event.id();
                  handler.accept(event);
                });
      }
    }
  }
}
