package io.hawser.gateway.storage;

import io.hawser.bus.client.storage.StorageClient;
import io.hawser.gateway.http.Answer;
import io.hawser.gateway.http.Call;
import io.hawser.gateway.http.Endpoints;
import io.hawser.gateway.json.Problem;
import io.hawser.model.StorageKeys;
import io.hawser.model.StorageOp.Compare;
import io.hawser.model.StorageOp.Life;
import io.hawser.model.StorageOp.Txn;
import io.hawser.model.StorageOp.TxnDone;
import io.hawser.model.StorageOp.TxnWrite;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Several keys of one group at once. */
final class TransactionRoutes {
  private final StorageClient client;

  TransactionRoutes(StorageClient client) {
    this.client = client;
  }

  void addTo(Endpoints endpoints) {
    endpoints.on("runTransaction", this::run);
  }

  private Future<Answer> run(Call call) {
    Txn txn = call.read(TransactionInput.TRANSACTION);
    Optional<String> id = KeyInput.idempotencyKey(call);
    return client
        .dataGroups()
        .map(count -> group(txn, Refusals.value("the look-up of the groups", count)))
        .compose(group -> new Submission(client, id, group, txn).send(lives(txn)))
        .map(outcome -> answer(txn, Refusals.result("the transaction", TxnDone.class, outcome)));
  }

  private static List<Life> lives(Txn txn) {
    return Stream.concat(txn.then().stream(), txn.otherwise().stream())
        .map(TxnWrite::life)
        .map(life -> new Life(0, life.lease(), life.leaseEpoch()))
        .toList();
  }

  private static String group(Txn txn, int groups) {
    Set<String> named =
        Stream.of(
                txn.compares().stream().map(Compare::key),
                txn.then().stream().map(TxnWrite::key),
                txn.otherwise().stream().map(TxnWrite::key))
            .flatMap(keys -> keys)
            .map(key -> StorageKeys.group(key, groups))
            .collect(Collectors.toSet());
    if (named.size() > 1) {
      throw Problem.of(
          400,
          "cross-group",
          "the keys of a transaction have to be in one data group, these are in "
              + named.size()
              + "; give them one {tag}");
    }
    return named.stream().findFirst().orElse(StorageKeys.dataGroup(0));
  }

  private static Answer answer(Txn txn, TxnDone done) {
    List<TxnWrite> writes = done.succeeded() ? txn.then() : txn.otherwise();
    List<Map<String, Object>> keys = new ArrayList<>();
    for (int i = 0; i < Math.min(writes.size(), done.keys().size()); i++) {
      keys.add(KeyJson.of(writes.get(i).key(), done.keys().get(i)));
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("succeeded", done.succeeded());
    json.put("revision", done.revision());
    json.put("keys", keys);
    return Answer.whole(200, json, Map.of("X-Hawser-Revision", Long.toString(done.revision())));
  }
}
