package io.hawser.bus.client.hard;

import io.hawser.bus.client.core.HardMirror;
import io.hawser.bus.client.hard.HardState.Held;
import io.hawser.bus.client.hard.RecordLists.Listing;
import io.hawser.bus.client.storage.StorageClient;
import io.hawser.bus.client.storage.Watch;
import io.hawser.model.Entry;
import io.hawser.model.Facet;
import io.hawser.model.FacetKey;
import io.hawser.model.Outcome;
import io.hawser.model.StorageMessage;
import io.hawser.model.StorageMessage.Change;
import io.hawser.model.StorageMessage.Changes;
import io.hawser.model.StorageMessage.Found;
import io.hawser.model.StorageMessage.Freshness;
import io.hawser.node.Time;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the records in the store on behalf of a {@link Copy}: a list, then the watch, and beside
 * it a question to the leader twice a second, which finds what the watch did not bring. Owned by
 * the context on which it begins.
 */
final class Follower {
  private static final Logger log = LoggerFactory.getLogger(Follower.class);
  private static final long CONFIRM_MS = 500;
  private static final long RETRY_MS = 250;

  /** The pause after a question that took longer than that. */
  private static final long LEAST_PAUSE_MS = 50;

  /** How often it is looked for changes that are known to be there, before it is given up. */
  private static final int MAX_LOOKS = 20;

  private static final long LOOK_MS = 25;
  private static final int LIMIT = 500;

  /** The records are read anew after so many confirmations. */
  private static final int RELIST_EVERY = 120;

  /** What is kept equal to the store. */
  interface Copy {
    /** Every change up to here is in it. */
    long revision();

    Future<Void> listed(long revision, List<Entry> records, Set<FacetKey> unreadable, boolean anew);

    Future<Void> changed(long upTo, List<Entry> changes);

    /** What the store has of these is of a newer version: nobody here can read it. */
    void unreadable(Set<FacetKey> keys);

    /**
     * Everything that the store had at this time of the node's monotonic clock is in it, but for
     * what is {@link #unreadable}.
     */
    void reached(long sinceNs);
  }

  private final Vertx vertx;
  private final StorageClient client;
  private final HardState store;
  private final Time time;
  private final Copy copy;
  private final RecordFormat format = new RecordFormat();

  private final Unreadable unreadable;

  private @Nullable Watch watch;
  private boolean begun;
  private boolean listing;
  private int confirmations;
  private boolean troubled;

  Follower(Vertx vertx, HardState store, Time time, Copy copy) {
    this.vertx = vertx;
    this.client = store.storage();
    this.store = store;
    this.time = time;
    this.copy = copy;
    this.unreadable = new Unreadable(copy::unreadable);
  }

  void begin() {
    list();
    confirmAfter(CONFIRM_MS);
  }

  private void confirmAfter(long delayMs) {
    long unused =
        vertx.setTimer(
            delayMs,
            id -> {
              long beganNs = time.nowNs();
              confirm()
                  .onComplete(
                      (v, failure) -> {
                        long tookMs = (time.nowNs() - beganNs) / 1_000_000;
                        confirmAfter(Math.max(LEAST_PAUSE_MS, CONFIRM_MS - tookMs));
                      });
            });
  }

  private void list() {
    if (listing) {
      return;
    }
    listing = true;
    stopWatching();
    long before = copy.revision();
    long beganNs = time.nowNs();
    store
        .listing(HardKeys.PREFIX, Freshness.LINEARIZABLE, 0)
        .compose(
            outcome ->
                outcome instanceof Outcome.Ok
                    ? listed(outcome, before).onSuccess(read -> copy.reached(beganNs))
                    : older(outcome).compose(older -> listed(older, before)))
        .onComplete(
            (read, failure) -> {
              listing = false;
              if (failure != null || !read) {
                long unused = vertx.setTimer(RETRY_MS, id -> list());
              }
            });
  }

  /**
   * From whichever replica is no older than what is known here: without a quorum that is as new as
   * it gets.
   */
  private Future<Outcome<Listing>> older(Outcome<Listing> refusal) {
    tell(String.valueOf(refusal));
    return store.listing(HardKeys.PREFIX, Freshness.STALE, copy.revision());
  }

  private Future<Boolean> listed(Outcome<Listing> outcome, long before) {
    if (!(outcome instanceof Outcome.Ok<Listing> ok)) {
      return Future.succeededFuture(false);
    }
    Listing listing = ok.value();
    boolean anew = listing.revision() < before;
    if (anew) {
      log.warn(
          "the store has begun anew, and what it has counts records={} revision={} before={}",
          listing.records().size(),
          listing.revision(),
          before);
    }
    List<Entry> records = listing.records().stream().map(Follower::entry).toList();
    unreadable.found(listing.unreadable());
    return copy.listed(listing.revision(), records, listing.unreadable().keySet(), anew)
        .map(
            v -> {
              tell("");
              begun = true;
              unreadable.only(listing.unreadable());
              watch(listing.revision());
              return true;
            });
  }

  private static Entry entry(Held<Facet> held) {
    return HardMirror.entry(held.key(), Optional.of(held.value()), held.revision());
  }

  /** Once per transition. */
  private void tell(String trouble) {
    if (troubled == trouble.isEmpty()) {
      troubled = !troubled;
      if (troubled) {
        log.info("records cannot be read, those known here go on cause={}", trouble);
      } else {
        log.info("records are read again revision={}", copy.revision());
      }
    }
  }

  private void watch(long afterRevision) {
    stopWatching();
    watch =
        Watch.start(
            client,
            StorageMessage.META,
            HardKeys.PREFIX,
            afterRevision,
            found -> {
              if (found.compacted()) {
                list();
                return Future.succeededFuture();
              }
              return apply(found);
            });
  }

  private void stopWatching() {
    if (watch != null) {
      watch.close();
      watch = null;
    }
  }

  private Future<Void> apply(Changes found) {
    List<Entry> entries = new ArrayList<>();
    Map<FacetKey, Long> strange = new HashMap<>();
    for (Change change : found.changes()) {
      HardKeys.parse(change.key())
          .ifPresent(
              key ->
                  entry(key, change)
                      .ifPresentOrElse(entries::add, () -> strange.put(key, change.revision())));
    }
    unreadable.found(strange);
    return copy.changed(found.revision(), entries).onSuccess(v -> unreadable.read(entries));
  }

  private Optional<Entry> entry(FacetKey key, Change change) {
    return change.meta().isPresent() && change.value().isPresent()
        ? format.held(change.key(), change.meta().get(), change.value().get()).map(Follower::entry)
        : Optional.of(HardMirror.entry(key, Optional.empty(), change.revision()));
  }

  private Future<Void> confirm() {
    if (++confirmations % RELIST_EVERY == 0) {
      list();
    }
    return ask();
  }

  /** Asks how far the store is, and has the copy be as far, unless that is under way. */
  Future<Void> ask() {
    // What an earlier life kept on disk need not be whole up to its newest record.
    if (listing || !begun) {
      return Future.succeededFuture();
    }
    long before = copy.revision();
    long beganNs = time.nowNs();
    return client
        .get(StorageMessage.META, HardKeys.PREFIX)
        .compose(
            outcome ->
                outcome instanceof Outcome.Ok<Found> ok
                    ? confirmed(ok.value().revision(), before, beganNs)
                    : Future.succeededFuture());
  }

  private Future<Void> confirmed(long leaders, long before, long beganNs) {
    if (leaders < before) {
      list();
      return Future.succeededFuture();
    }
    return reach(leaders, beganNs, MAX_LOOKS);
  }

  /** Has the catalog have everything up to this revision. */
  private Future<Void> reach(long wanted, long beganNs, int looks) {
    if (copy.revision() >= wanted) {
      copy.reached(beganNs);
      return Future.succeededFuture();
    }
    return looks == 0 || listing
        ? Future.succeededFuture()
        : client
            .await(StorageMessage.META, HardKeys.PREFIX, copy.revision(), LIMIT, 0)
            .compose(outcome -> looked(outcome, wanted, beganNs, looks));
  }

  private Future<Void> looked(Outcome<Changes> outcome, long wanted, long beganNs, int looks) {
    if (listing || !(outcome instanceof Outcome.Ok<Changes> ok)) {
      return Future.succeededFuture();
    }
    if (ok.value().compacted()) {
      list();
      return Future.succeededFuture();
    }
    return apply(ok.value())
        .compose(v -> copy.revision() >= wanted ? Future.succeededFuture() : pause())
        .compose(v -> reach(wanted, beganNs, looks - 1));
  }

  private Future<Void> pause() {
    Promise<Void> later = Promise.promise();
    long unused = vertx.setTimer(LOOK_MS, id -> later.complete());
    return later.future();
  }
}
