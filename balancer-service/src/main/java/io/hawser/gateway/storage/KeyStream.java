package io.hawser.gateway.storage;

import io.hawser.bus.client.storage.StorageClient;
import io.hawser.bus.client.storage.Watch;
import io.hawser.model.StorageMessage.Change;
import io.hawser.model.StorageMessage.Changes;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client that follows the changes of keys (server-sent events). It is given the next changes
 * when it has taken the last ones, and dropped when it takes nothing. Soft state, on the event loop
 * of the API server.
 */
final class KeyStream {
  private static final Logger log = LoggerFactory.getLogger(KeyStream.class);
  private static final int QUEUE_BYTES = 256 * 1024;

  /** How many pulses in a row may find a client that takes nothing. */
  private static final int MAX_STALLED_PULSES = 2;

  private final StorageClient client;
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final Consumer<KeyStream> gone;
  private final long[] revisions;
  private final List<Watch> watches = new ArrayList<>();
  private final List<Promise<Void>> blocked = new ArrayList<>();
  private int stalledPulses;
  private boolean closed;

  /**
   * @param revisions after which to start, one for each group; as many as none when they are not
   *     known
   */
  KeyStream(
      StorageClient client, HttpServerRequest request, Consumer<KeyStream> gone, long[] revisions) {
    this.client = client;
    this.request = request;
    this.response = request.response();
    this.gone = gone;
    this.revisions = revisions.clone();
  }

  void open(List<String> groups, String prefix) {
    response.putHeader("Content-Type", "text/event-stream");
    response.putHeader("X-Accel-Buffering", "no");
    response.closeHandler(v -> close());
    response.exceptionHandler(e -> close());
    // A stream has no end of its own: without this a stop of the server would wait for it.
    request.connection().shutdownHandler(v -> end());
    if (request.method().equals(HttpMethod.HEAD)) {
      end();
      return;
    }
    response.setChunked(true).setWriteQueueMaxSize(QUEUE_BYTES).drainHandler(v -> drained());
    if (revisions.length != groups.size()) {
      write("retry: 1000\n\n");
      compacted(0);
      return;
    }
    write("retry: 1000\nid: " + KeyGroups.index(revisions) + "\n\n");
    for (int i = 0; i < groups.size(); i++) {
      int at = i;
      watches.add(
          Watch.start(
              client, groups.get(i), prefix, revisions[i], changes -> changed(at, changes)));
    }
  }

  private Future<Void> changed(int group, Changes changes) {
    if (closed) {
      return Future.succeededFuture();
    }
    if (changes.compacted()) {
      compacted(changes.revision());
      return Future.succeededFuture();
    }
    List<Change> all = changes.changes();
    for (int i = 0; i < all.size(); i++) {
      Change change = all.get(i);
      boolean last = i + 1 == all.size() || all.get(i + 1).revision() > change.revision();
      // Who comes back after a part of what was written at one revision gets all of it again.
      revisions[group] = last ? change.revision() : change.revision() - 1;
      write(change);
    }
    if (changes.revision() > revisions[group]) {
      revisions[group] = changes.revision();
      write("id: " + KeyGroups.index(revisions) + "\n\n");
    }
    return room();
  }

  private void compacted(long revision) {
    write("event: compacted\ndata: {\"revision\":" + revision + "}\n\n");
    end();
  }

  private Future<Void> room() {
    if (!response.writeQueueFull()) {
      return Future.succeededFuture();
    }
    Promise<Void> promise = Promise.promise();
    blocked.add(promise);
    return promise.future();
  }

  private void drained() {
    List<Promise<Void>> free = List.copyOf(blocked);
    blocked.clear();
    free.forEach(Promise::complete);
  }

  /** Shows that the server lives, and finds out whether the client does. */
  void pulse() {
    stalledPulses = response.writeQueueFull() ? stalledPulses + 1 : 0;
    if (stalledPulses >= MAX_STALLED_PULSES) {
      log.info("watch dropped client={} reason=\"takes nothing\"", request.remoteAddress());
      close();
      request.connection().close().onFailure(e -> log.debug("close failed cause={}", e.toString()));
    } else if (stalledPulses == 0) {
      write(": alive\n\n");
    }
  }

  private void write(Change change) {
    write(
        Buffer.buffer("id: " + KeyGroups.index(revisions))
            .appendString(change.meta().isPresent() ? "\nevent: put" : "\nevent: delete")
            .appendString("\ndata: ")
            .appendBuffer(Json.encodeToBuffer(KeyJson.of(change)))
            .appendString("\n\n"));
  }

  private void write(String text) {
    write(Buffer.buffer(text));
  }

  private void write(Buffer data) {
    if (!closed) {
      response.write(data).onFailure(e -> close());
    }
  }

  private void end() {
    if (!closed) {
      close();
      response.end().onFailure(e -> log.debug("end not sent cause={}", e.toString()));
    }
  }

  private void close() {
    if (!closed) {
      closed = true;
      watches.forEach(Watch::close);
      drained();
      gone.accept(this);
    }
  }
}
