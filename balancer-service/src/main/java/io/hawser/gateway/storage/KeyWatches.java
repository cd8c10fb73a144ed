package io.hawser.gateway.storage;

import io.hawser.bus.client.storage.StorageClient;
import io.hawser.gateway.http.Answer;
import io.hawser.gateway.http.Call;
import io.hawser.gateway.http.Endpoints;
import io.hawser.gateway.http.Outcomes;
import io.hawser.model.StorageMessage.Freshness;
import io.hawser.model.StorageMessage.ListKeys;
import io.hawser.model.StorageMessage.Listed;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The clients that follow the changes of keys. Soft state, on the event loop of the API server. */
final class KeyWatches {
  static final int MAX_STREAMS = 256;

  private static final long PULSE_MS = 10_000;

  private final Vertx vertx;
  private final StorageClient client;
  private final Set<KeyStream> streams = new LinkedHashSet<>();

  KeyWatches(Vertx vertx, StorageClient client) {
    this.vertx = vertx;
    this.client = client;
  }

  void addTo(Endpoints endpoints) {
    endpoints.on("watchKeys", this::watch);
    vertx.setPeriodic(PULSE_MS, id -> List.copyOf(streams).forEach(KeyStream::pulse));
  }

  private Future<Answer> watch(Call call) {
    String prefix = call.query().text("prefix", KeyInput::partFault).orElse("");
    Optional<String> last =
        Optional.ofNullable(call.headers().get("Last-Event-ID"))
            .filter(id -> KeyGroups.indexFault(id).isEmpty());
    Optional<String> index = call.query().text("index", KeyGroups::indexFault);
    if (streams.size() >= MAX_STREAMS) {
      throw Outcomes.unavailable(
          "too-many-streams", "this node serves " + MAX_STREAMS + " watches; use another node");
    }
    return KeyGroups.ofPrefix(client, prefix)
        .compose(
            groups ->
                last.or(() -> index)
                    .map(i -> Future.succeededFuture(KeyGroups.revisions(i, groups.size())))
                    .orElseGet(() -> now(groups, prefix).map(Optional::of))
                    .map(after -> stream(groups, prefix, after)));
  }

  private Answer stream(List<String> groups, String prefix, Optional<long[]> after) {
    return new Answer.Stream(
        request -> {
          KeyStream stream =
              new KeyStream(client, request, streams::remove, after.orElse(new long[0]));
          boolean unused = streams.add(stream);
          stream.open(groups, prefix);
        });
  }

  /** The revisions that the groups are at. */
  private Future<long[]> now(List<String> groups, String prefix) {
    List<Future<Listed>> reads =
        groups.stream()
            .map(
                group ->
                    client
                        .list(new ListKeys(group, prefix, "", 1, false, Freshness.LINEARIZABLE, 0))
                        .map(outcome -> Refusals.value("the watch", outcome)))
            .toList();
    return Future.all(reads)
        .map(v -> reads.stream().mapToLong(read -> read.result().revision()).toArray());
  }
}
