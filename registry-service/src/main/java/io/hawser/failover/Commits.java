package io.hawser.failover;

import io.hawser.bus.client.storage.Results;
import io.hawser.failover.FailoverStore.Change;
import io.hawser.failover.FailoverStore.Stored;
import io.hawser.failover.core.Book;
import io.hawser.model.Facet;
import io.hawser.model.FacetKey;
import io.hawser.model.Outcome;
import io.hawser.node.Meters;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the book and the store the same: reads all when a term begins, writes each change by
 * compare-and-set under the term, and reads all again when a write was refused for what it expected
 * or its end is not known. A write whose end is not known may arrive after that reading: so all is
 * read again now and then. On the context of the verticle that owns it.
 */
final class Commits {
  private static final Logger log = LoggerFactory.getLogger(Commits.class);
  private static final long NO_TERM = -1;

  private final FailoverStore store;
  private final Book book;
  private final Meters meters;
  private long readFor = NO_TERM;
  private boolean reading;
  private long writes;

  Commits(FailoverStore store, Book book, Meters meters) {
    this.store = store;
    this.book = book;
    this.meters = meters;
  }

  /** Whether the book is what the store has, as far as is known, for a term. */
  boolean uptodate(long term) {
    return readFor == term;
  }

  /** The book is out of date. */
  void doubt() {
    readFor = NO_TERM;
  }

  /**
   * Reads everything, unless that is under way. Succeeds with whether it was read: nothing is taken
   * when something was written meanwhile, of which the lists may have one half.
   */
  Future<Boolean> read(long term) {
    if (reading) {
      return Future.succeededFuture(false);
    }
    reading = true;
    long before = writes;
    return Future.succeededFuture()
        .compose(v -> store.load())
        .onComplete((outcome, failure) -> reading = false)
        .compose(
            outcome ->
                outcome instanceof Outcome.Ok && writes != before
                    ? read(term)
                    : Future.succeededFuture(taken(outcome, term)));
  }

  private boolean taken(Outcome<List<Stored>> outcome, long term) {
    if (outcome instanceof Outcome.Ok<List<Stored>> ok) {
      replace(ok.value());
      readFor = term;
      return true;
    }
    log.warn("failover records cannot be read term={} outcome={}", term, outcome);
    return false;
  }

  /**
   * Reads everything beside what goes on, for what came late. Nothing is taken from it when
   * something was written meanwhile. Succeeds with whether it was read.
   */
  Future<Boolean> refresh(long term) {
    long before = writes;
    if (reading || !uptodate(term)) {
      return Future.succeededFuture(false);
    }
    return store
        .load()
        .map(
            outcome -> {
              boolean good =
                  outcome instanceof Outcome.Ok<List<Stored>> && writes == before && uptodate(term);
              if (good && outcome instanceof Outcome.Ok<List<Stored>> ok) {
                merge(ok.value());
              }
              return good;
            });
  }

  /** A store that was restored has older records than this node may have: those count now. */
  private void replace(List<Stored> read) {
    book.clear();
    read.forEach(stored -> book.put(stored.key(), stored.value(), stored.revision()));
  }

  /** What was written meanwhile is newer than what was read. */
  private void merge(List<Stored> read) {
    Set<FacetKey> there = new HashSet<>();
    for (Stored stored : read) {
      there.add(stored.key());
      if (stored.revision() >= book.revision(stored.key())) {
        book.put(stored.key(), stored.value(), stored.revision());
      }
    }
    for (FacetKey key : book.keys()) {
      if (!there.contains(key)) {
        book.remove(key);
      }
    }
  }

  /** Writes all of it or nothing. */
  Future<Outcome<Long>> write(Map<FacetKey, Optional<Facet>> values, long term) {
    List<Change> changes = new ArrayList<>();
    values.forEach((key, value) -> changes.add(new Change(key, value, book.revision(key))));
    writes++;
    return store
        .commit(changes, term)
        .onSuccess(
            outcome -> {
              writes++;
              if (outcome instanceof Outcome.Ok<Long> ok) {
                values.forEach((key, value) -> took(key, value, ok.value()));
              } else {
                left(outcome, term);
                if (misled(outcome)) {
                  doubt();
                }
              }
            });
  }

  /** Whether the store may have something else than the book; else it was in no state to write. */
  private static boolean misled(Outcome<Long> outcome) {
    return !(outcome instanceof Outcome.Rejected<Long> r)
        || r.code().equals(Results.FENCED)
        || r.code().equals(Results.REVISION_MISMATCH);
  }

  private void left(Outcome<Long> outcome, long term) {
    if (outcome instanceof Outcome.Rejected<Long> r && r.code().equals(Results.FENCED)) {
      log.warn("manager's write refused term={} code={} why=\"{}\"", term, r.code(), r.detail());
      meters.counter(Meters.FAILOVER_REFUSED, "reason", r.code()).increment();
    } else {
      log.info("failover step left term={} outcome={}", term, outcome);
    }
  }

  /** Unless something newer was read before the answer came. */
  private void took(FacetKey key, Optional<Facet> value, long revision) {
    if (revision < book.revision(key)) {
      return;
    }
    value.ifPresentOrElse(v -> book.put(key, v, revision), () -> book.remove(key));
  }
}
