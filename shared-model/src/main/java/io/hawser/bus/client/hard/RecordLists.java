package io.hawser.bus.client.hard;

import io.hawser.bus.client.hard.HardState.Held;
import io.hawser.bus.client.storage.StorageClient;
import io.hawser.model.Facet;
import io.hawser.model.FacetKey;
import io.hawser.model.Outcome;
import io.hawser.model.StorageMessage;
import io.hawser.model.StorageMessage.Freshness;
import io.hawser.model.StorageMessage.Item;
import io.hawser.model.StorageMessage.ListKeys;
import io.hawser.model.StorageMessage.Listed;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads all records whose keys have a prefix, page after page. A page is never older than the first
 * one. Thread-safe.
 */
final class RecordLists {
  private static final int PAGE = 500;

  private final StorageClient client;
  private final RecordFormat format;

  RecordLists(StorageClient client, RecordFormat format) {
    this.client = client;
    this.format = format;
  }

  /**
   * Records at a time.
   *
   * @param revision of the group when the first of them was read: later changes may be missing, and
   *     are all among the changes after this revision
   * @param unreadable those that were left out, as a newer version has written them, with the
   *     revisions of their last writes
   */
  record Listing(long revision, List<Held<Facet>> records, Map<FacetKey, Long> unreadable) {}

  Future<Outcome<Listing>> read(String prefix, Freshness freshness, long minRevision) {
    return page(prefix, freshness, minRevision, "", new Listing(-1, List.of(), Map.of()));
  }

  private Future<Outcome<Listing>> page(
      String prefix, Freshness freshness, long minRevision, String after, Listing before) {
    ListKeys request =
        new ListKeys(StorageMessage.META, prefix, after, PAGE, true, freshness, minRevision);
    return client
        .list(request)
        .compose(
            outcome -> {
              if (!(outcome instanceof Outcome.Ok<Listed> ok)) {
                return Future.succeededFuture(outcome.map(listed -> before));
              }
              Listed listed = ok.value();
              Listing so = joined(before, listed);
              return listed.more()
                  ? page(prefix, freshness, so.revision(), listed.items().getLast().key(), so)
                  : Future.succeededFuture(new Outcome.Ok<>(so));
            });
  }

  private Listing joined(Listing before, Listed listed) {
    List<Held<Facet>> records = new ArrayList<>(before.records());
    Map<FacetKey, Long> unreadable = new HashMap<>(before.unreadable());
    for (Item item : listed.items()) {
      Optional<Held<Facet>> held =
          item.value().flatMap(value -> format.held(item.key(), item.meta(), value));
      held.ifPresentOrElse(
          records::add,
          () ->
              HardKeys.parse(item.key())
                  .ifPresent(key -> unreadable.put(key, item.meta().modRevision())));
    }
    long revision = before.revision() < 0 ? listed.revision() : before.revision();
    return new Listing(revision, records, unreadable);
  }
}
