package io.hawser.gateway.storage;

import io.hawser.bus.client.storage.StorageClient;
import io.hawser.gateway.http.Answer;
import io.hawser.gateway.http.Dispatcher;
import io.hawser.gateway.json.Problem;
import io.hawser.model.Outcome;
import io.hawser.model.StorageMessage.Changes;
import io.hawser.node.Meters;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;

/**
 * Reads that wait until what they read has changed. Who waits takes nothing but its place: the
 * changes are asked for at the store, a few seconds at a time. Soft state, on the event loop of the
 * API server.
 */
final class KeyWaits {
  /** The most that wait at one node. */
  static final int MAX_WAITERS = 20_000;

  private static final int LIMIT = 100;
  private static final long ASK_MS = 5_000;
  private static final long PAUSE_MS = 250;

  /** Reads what is there now. */
  interface Read {
    Future<Answer.Whole> now();
  }

  /**
   * What to wait for: a change in a group after a revision.
   *
   * @param exactly whether only the key that is the prefix counts
   */
  record Change(String group, String prefix, boolean exactly, long after) {
    boolean shownBy(Changes changes) {
      return changes.compacted()
          || changes.changes().stream().anyMatch(c -> !exactly || c.key().equals(prefix));
    }

    Change since(long revision) {
      return new Change(group, prefix, exactly, Math.max(after, revision));
    }
  }

  private final Vertx vertx;
  private final StorageClient client;
  private int waiting;

  KeyWaits(Vertx vertx, StorageClient client, Meters meters) {
    this.vertx = vertx;
    this.client = client;
    meters.gauge(Meters.API_KEY_WAITERS, () -> waiting);
  }

  /** Reads once one of the changes has happened, or the time is over. */
  Future<Answer> until(List<Change> changes, long waitMs, Read read) {
    if (waitMs == 0) {
      return read.now().map(answer -> answer);
    }
    if (waiting >= MAX_WAITERS) {
      throw Problem.of(
              429,
              "too-many-waits",
              "as many requests as this node takes wait for changes; use another node")
          .with("Retry-After", "1");
    }
    return Future.succeededFuture(
        new Answer.Stream(request -> new Wait(request, read).begin(changes, waitMs)));
  }

  private final class Wait {
    private final HttpServerRequest request;
    private final Read read;
    private long timer;
    private boolean over;

    private Wait(HttpServerRequest request, Read read) {
      this.request = request;
      this.read = read;
    }

    private void begin(List<Change> changes, long waitMs) {
      waiting++;
      timer = vertx.setTimer(waitMs, id -> finish());
      request.response().closeHandler(v -> leave());
      // Without this a stop of the server would wait for it.
      request.connection().shutdownHandler(v -> finish());
      changes.forEach(this::ask);
    }

    private void ask(Change change) {
      if (!over) {
        client
            .await(change.group(), change.prefix(), change.after(), LIMIT, ASK_MS)
            .onSuccess(outcome -> answered(change, outcome))
            .onFailure(e -> finish());
      }
    }

    private void answered(Change change, Outcome<Changes> outcome) {
      if (outcome instanceof Outcome.Ok<Changes> ok) {
        if (change.shownBy(ok.value())) {
          finish();
        } else {
          ask(change.since(ok.value().revision()));
        }
      } else {
        long unused = vertx.setTimer(PAUSE_MS, id -> ask(change));
      }
    }

    private void leave() {
      if (!over) {
        over = true;
        waiting--;
        boolean unused = vertx.cancelTimer(timer);
      }
    }

    private void finish() {
      if (!over) {
        leave();
        read.now()
            .onSuccess(answer -> Dispatcher.write(request, answer))
            .onFailure(
                e -> Dispatcher.write(request, Answer.problem(Dispatcher.problem(request, e))));
      }
    }
  }
}
