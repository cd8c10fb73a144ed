package io.hawser.gateway.storage;

import io.hawser.bus.client.storage.StorageClient;
import io.hawser.gateway.core.Query;
import io.hawser.gateway.http.Answer;
import io.hawser.gateway.http.Call;
import io.hawser.gateway.http.Endpoints;
import io.hawser.model.StorageMessage.Freshness;
import io.hawser.model.StorageMessage.Item;
import io.hawser.model.StorageMessage.ListKeys;
import io.hawser.model.StorageMessage.Listed;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** The keys with a prefix, page by page, from every group that they may be in. */
final class KeyLists {
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 1_000;

  /** The most bytes of values in a page of one group. */
  private static final long MAX_VALUES = 4L << 20;

  private static final Comparator<Item> BY_BYTES =
      (a, b) ->
          Arrays.compareUnsigned(
              a.key().getBytes(StandardCharsets.UTF_8), b.key().getBytes(StandardCharsets.UTF_8));

  private record Asked(
      String prefix, String after, int limit, boolean values, Freshness freshness) {
    ListKeys of(String group, int most, boolean withValues) {
      return new ListKeys(group, prefix, after, most, withValues, freshness, 0);
    }
  }

  private final StorageClient client;
  private final KeyWaits waits;

  KeyLists(StorageClient client, KeyWaits waits) {
    this.client = client;
    this.waits = waits;
  }

  void addTo(Endpoints endpoints) {
    endpoints.on("listKeys", this::list);
  }

  private Future<Answer> list(Call call) {
    Query query = call.query();
    Asked asked =
        new Asked(
            query.text("prefix", KeyInput::partFault).orElse(""),
            query.text("after", KeyInput::partFault).orElse(""),
            (int) query.integer("limit", 1, MAX_LIMIT, DEFAULT_LIMIT),
            query.flag("values"),
            KeyInput.freshness(query));
    Optional<String> index = query.text("index", KeyGroups::indexFault);
    long waitMs = query.waitMs();
    return KeyGroups.ofPrefix(client, asked.prefix())
        .compose(
            groups -> {
              KeyWaits.Read read = () -> page(groups, asked);
              Optional<long[]> known = index.flatMap(i -> KeyGroups.revisions(i, groups.size()));
              return known.isEmpty()
                  ? read.now().map(answer -> answer)
                  : waits.until(changes(groups, asked, known.get()), waitMs, read);
            });
  }

  private static List<KeyWaits.Change> changes(List<String> groups, Asked asked, long[] after) {
    return IntStream.range(0, groups.size())
        .mapToObj(i -> new KeyWaits.Change(groups.get(i), asked.prefix(), false, after[i]))
        .toList();
  }

  private Future<Answer.Whole> page(List<String> groups, Asked asked) {
    List<Future<Listed>> parts = groups.stream().map(group -> read(group, asked)).toList();
    return Future.all(parts)
        .map(v -> answer(parts.stream().map(Future::result).toList(), asked.limit()));
  }

  private Future<Listed> read(String group, Asked asked) {
    Future<Listed> keys = list(asked.of(group, asked.limit(), false));
    return asked.values() ? keys.compose(listed -> values(group, asked, listed)) : keys;
  }

  /** As many values as a page has room for, and one at least. */
  private Future<Listed> values(String group, Asked asked, Listed keys) {
    int fits = 0;
    long bytes = 0;
    for (Item item : keys.items()) {
      bytes += item.meta().valueBytes();
      if (fits > 0 && bytes > MAX_VALUES) {
        break;
      }
      fits++;
    }
    return fits == 0 ? Future.succeededFuture(keys) : list(asked.of(group, fits, true));
  }

  private Future<Listed> list(ListKeys request) {
    return client.list(request).map(outcome -> Refusals.value("the list", outcome));
  }

  /**
   * The first keys of all groups. What follows the end of a group's page is not known, so the
   * answer ends before it.
   */
  private static Answer.Whole answer(List<Listed> parts, int limit) {
    Optional<Item> end =
        parts.stream().filter(Listed::more).map(p -> p.items().getLast()).min(BY_BYTES);
    List<Item> items = new ArrayList<>();
    parts.forEach(part -> items.addAll(part.items()));
    items.sort(BY_BYTES);
    int before = items.size();
    items.removeIf(item -> end.isPresent() && BY_BYTES.compare(item, end.get()) > 0);
    boolean more = end.isPresent() || items.size() > limit || items.size() < before;
    List<Item> page = items.subList(0, Math.min(limit, items.size()));
    long[] revisions = parts.stream().mapToLong(Listed::revision).toArray();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("revision", Arrays.stream(revisions).max().orElse(0));
    json.put("items", page.stream().map(KeyJson::of).toList());
    if (more && !page.isEmpty()) {
      json.put("next", page.getLast().key());
    }
    return Answer.whole(200, json, Map.of("X-Hawser-Index", KeyGroups.index(revisions)));
  }
}
