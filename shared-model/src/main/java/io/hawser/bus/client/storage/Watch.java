package io.hawser.bus.client.storage;

import io.hawser.model.Outcome;
import io.hawser.model.StorageMessage.Changes;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands on every change of the keys with a prefix, in order and without a gap, from whichever
 * replica answers. The next changes are asked for when the last ones are dealt with. A history that
 * does not reach back far enough is reported as it is ({@link Changes#compacted}) and ends the
 * watch: list, and watch from there. Thread-safe to close; else on the context that started it.
 */
public final class Watch {
  private static final Logger log = LoggerFactory.getLogger(Watch.class);
  private static final long WAIT_MS = 5_000;
  private static final long PAUSE_MS = 200;
  private static final int LIMIT = 500;

  private final StorageClient client;
  private final String group;
  private final String prefix;
  private final Function<Changes, Future<Void>> handler;
  private final Context context;
  private long revision;
  private volatile boolean closed;

  private Watch(
      StorageClient client,
      String group,
      String prefix,
      long afterRevision,
      Function<Changes, Future<Void>> handler) {
    this.client = client;
    this.group = group;
    this.prefix = prefix;
    this.handler = handler;
    this.revision = afterRevision;
    this.context = client.vertx().getOrCreateContext();
  }

  /**
   * Starts to watch.
   *
   * @param handler gets the changes, also when there are none for a while; called again when its
   *     future is done, with the same changes when it failed
   */
  public static Watch start(
      StorageClient client,
      String group,
      String prefix,
      long afterRevision,
      Function<Changes, Future<Void>> handler) {
    Watch watch = new Watch(client, group, prefix, afterRevision, handler);
    watch.context.runOnContext(v -> watch.ask());
    return watch;
  }

  public void close() {
    closed = true;
  }

  private void ask() {
    if (!closed) {
      client
          .await(group, prefix, revision, LIMIT, WAIT_MS)
          .onSuccess(this::answered)
          .onFailure(e -> again(e.toString()));
    }
  }

  private void answered(Outcome<Changes> outcome) {
    if (closed) {
      return;
    }
    switch (outcome) {
      case Outcome.Ok<Changes> ok -> hand(ok.value());
      case Outcome.Rejected<Changes> rejected -> again(rejected.code());
      case Outcome.Unknown<Changes> unknown -> again(unknown.detail());
    }
  }

  private void hand(Changes changes) {
    Future<Void> dealt;
    try {
      dealt = handler.apply(changes);
    } catch (RuntimeException e) {
      dealt = Future.failedFuture(e);
    }
    dealt.onComplete(
        (v, failure) -> {
          if (failure != null) {
            log.warn("watch handler failed group={} prefix={}", group, prefix, failure);
            again("its handler failed");
          } else if (!changes.compacted()) {
            revision = Math.max(revision, changes.revision());
            context.runOnContext(ignored -> ask());
          }
        });
  }

  private void again(String why) {
    log.debug("watch tries again group={} prefix={} cause={}", group, prefix, why);
    long unused = client.vertx().setTimer(StorageClient.jittered(PAUSE_MS), id -> ask());
  }
}
