package io.hawser.storage.group;

import io.hawser.model.StorageMessage.Await;
import io.hawser.model.StorageMessage.Changes;
import io.hawser.model.StorageMessage.Content;
import io.hawser.model.StorageMessage.Freshness;
import io.hawser.model.StorageMessage.Get;
import io.hawser.model.StorageMessage.ListKeys;
import io.hawser.model.StorageMessage.Unavailable;
import io.hawser.node.Time;
import io.hawser.storage.core.Delta;
import io.hawser.storage.core.Delta.KeyChange;
import io.hawser.storage.group.core.Waits;
import io.hawser.storage.rocks.GroupStore;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Reads of a group, behind a barrier or as the replica has it, and waits for changes. What may take
 * long runs on a worker. Owned by the host's context.
 */
final class Reader {
  private static final int MAX_LIMIT = 1_000;
  private static final long MAX_WAIT_MS = TimeUnit.MINUTES.toMillis(10);

  /** Lists and first looks of those who want to wait for changes. */
  private static final int MAX_SCANS = 1_024;

  private record Waiting(Await request, Promise<Content> promise) {}

  private final GroupStore state;
  private final Barriers barriers;
  private final Scans scans;
  private final Time time;
  private final Waits<Waiting> waits;
  private long seenRevision;
  private Optional<Content> ended = Optional.empty();

  Reader(Context context, GroupStore state, Barriers barriers, Time time, int maxWaits) {
    this.state = state;
    this.barriers = barriers;
    this.scans = new Scans(context, MAX_SCANS);
    this.time = time;
    this.waits = new Waits<>(maxWaits);
  }

  /** Those who wait for a change. */
  int waits() {
    return waits.size();
  }

  Future<Content> get(Get get) {
    return fresh(get.freshness(), get.minRevision(), () -> here(state.get(get.key())));
  }

  /** Of a point read that is short enough for the event loop. */
  private static Future<Content> here(Content content) {
    return Future.succeededFuture(content);
  }

  Future<Content> list(ListKeys list) {
    int limit = Math.clamp(list.limit(), 1, MAX_LIMIT);
    return fresh(
        list.freshness(),
        list.minRevision(),
        () ->
            scans.full()
                ? here(Answers.overloaded())
                : scans.run(() -> state.list(list.prefix(), list.after(), limit, list.values())));
  }

  private Future<Content> fresh(
      Freshness freshness, long minRevision, Supplier<Future<Content>> read) {
    if (freshness == Freshness.LINEARIZABLE) {
      return barrier().compose(index -> read.get(), Answers::of);
    }
    return state.revision() < minRevision
        ? Future.succeededFuture(new Unavailable("behind"))
        : read.get();
  }

  /** See {@link Barriers}. */
  Future<Long> barrier() {
    return barriers.pass();
  }

  boolean full() {
    return barriers.full();
  }

  /**
   * @param leading who leads knows whether there is anything behind what is here
   */
  Future<Content> await(Await await, boolean leading) {
    if (scans.full()) {
      return here(Answers.overloaded());
    }
    return leading && beyond(await)
        ? barrier().compose(index -> beyond(await) ? here(anew()) : look(await), Answers::of)
        : look(await);
  }

  /** Whether who asks has seen more than there is: what it has seen is gone, or on its way here. */
  private boolean beyond(Await await) {
    return await.afterRevision() > state.revision();
  }

  private Changes anew() {
    return new Changes(state.revision(), List.of(), true);
  }

  private Future<Content> look(Await await) {
    return changes(await).compose(found -> changesOrWait(await, found));
  }

  private Future<Changes> changes(Await await) {
    int limit = Math.clamp(await.limit(), 1, MAX_LIMIT);
    return scans.run(() -> state.changes(await.prefix(), await.afterRevision(), limit));
  }

  private Future<Content> changesOrWait(Await await, Changes found) {
    if (!found.changes().isEmpty() || found.compacted() || await.waitMs() <= 0) {
      return Future.succeededFuture(found);
    }
    if (seenRevision > found.revision()) {
      // Something changed between the read and now.
      return look(
          new Await(
              await.group(), await.prefix(), found.revision(), await.limit(), await.waitMs()));
    }
    if (ended.isPresent()) {
      return Future.succeededFuture(ended.get());
    }
    if (waits.full()) {
      return Future.succeededFuture(Answers.overloaded());
    }
    Promise<Content> promise = Promise.promise();
    long waitMs = Math.min(await.waitMs(), MAX_WAIT_MS);
    long endNs = time.nowNs() + TimeUnit.MILLISECONDS.toNanos(waitMs);
    waits.add(
        new Waiting(
            new Await(await.group(), await.prefix(), found.revision(), await.limit(), 0), promise),
        await.prefix(),
        endNs);
    return promise.future();
  }

  /** The state has changed. */
  void applied(Delta delta) {
    long before = seenRevision;
    seenRevision = Math.max(seenRevision, delta.revision());
    if (delta.forgot()) {
      answer(waits.all(), 0);
    } else if (waits.size() > 0) {
      answer(waits.changed(delta.keys().stream().map(KeyChange::key).toList()), before);
    }
  }

  /** Everything may have changed: a snapshot came in place of what was there. */
  void replaced() {
    // Who has looked at what was there before and is about to wait has to look again.
    seenRevision = Math.max(seenRevision, state.revision());
    answer(waits.all(), 0);
  }

  /** Who has waited until now has missed nothing, however little the history reaches back. */
  void tick(long nowNs) {
    for (Waiting over : waits.due(nowNs)) {
      long through = Math.max(over.request().afterRevision(), seenRevision);
      boolean unused = over.promise().tryComplete(new Changes(through, List.of(), false));
    }
  }

  /** Nothing comes here at present that anybody could wait for. */
  void stop(Content why) {
    waits.all().forEach(w -> w.promise().tryComplete(why));
  }

  /** Nothing comes here any more, for those either who are about to wait. */
  void end(Content why) {
    ended = Optional.of(why);
    stop(why);
  }

  /**
   * Those who wait for the same share one look: they may be thousands.
   *
   * @param seen up to there nothing of theirs has changed since they began to wait
   */
  private void answer(List<Waiting> waiting, long seen) {
    Map<Await, List<Waiting>> alike = new LinkedHashMap<>();
    for (Waiting waiter : waiting) {
      var unused =
          alike.computeIfAbsent(after(waiter.request(), seen), r -> new ArrayList<>()).add(waiter);
    }
    alike.forEach(this::answer);
  }

  private static Await after(Await request, long seen) {
    return seen <= request.afterRevision()
        ? request
        : new Await(request.group(), request.prefix(), seen, request.limit(), 0);
  }

  private void answer(Await request, List<Waiting> waiting) {
    Future<Changes> unused =
        changes(request)
            .onComplete(
                found -> waiting.forEach(w -> w.promise().tryComplete(found)),
                failure -> waiting.forEach(w -> w.promise().tryFail(failure)));
  }
}
