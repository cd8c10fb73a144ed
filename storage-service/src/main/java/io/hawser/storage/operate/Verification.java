package io.hawser.storage.operate;

import io.hawser.model.NodeId;
import io.hawser.model.RosterMessage.GroupReplicas;
import io.hawser.model.RosterMessage.Roster;
import io.hawser.model.StorageMessage.Content;
import io.hawser.model.StorageMessage.Operate;
import io.hawser.model.StorageMessage.Told;
import io.hawser.storage.group.GroupHost;
import io.hawser.storage.node.Asking;
import io.hawser.storage.rocks.StateHash;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares what the replicas of each group hold. Hashes can be compared only at one applied index:
 * the replicas are asked until all answer for the same one. Owned by the verticle.
 */
public final class Verification {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  /** How often replicas are asked again that were at different entries. */
  private static final int ROUNDS = 20;

  private static final long PAUSE_MS = 100;

  private final Vertx vertx;
  private final Asking asking;

  public Verification(Vertx vertx, Asking asking) {
    this.vertx = vertx;
    this.asking = asking;
  }

  /** Of every group. */
  public Future<JsonObject> all() {
    return asking.roster().compose(this::all);
  }

  private Future<JsonObject> all(Roster roster) {
    JsonArray groups = new JsonArray();
    Future<Void> done = Future.succeededFuture();
    for (GroupReplicas group : roster.groups()) {
      done =
          done.compose(v -> compared(group, ROUNDS))
              .map(
                  json -> {
                    JsonArray unused = groups.add(json);
                    return null;
                  });
    }
    return done.map(v -> new JsonObject().put("groups", groups));
  }

  private Future<JsonObject> compared(GroupReplicas group, int rounds) {
    List<Future<JsonObject>> answers =
        group.replicas().stream().map(id -> asked(group.group(), id)).toList();
    return Future.join(answers)
        .compose(
            all -> {
              List<JsonObject> replicas = new ArrayList<>(all.list());
              boolean sameIndex =
                  replicas.stream().map(r -> r.getLong("appliedIndex", -1L)).distinct().count()
                      == 1;
              if (!sameIndex && rounds > 1) {
                return later().compose(v -> compared(group, rounds - 1));
              }
              return Future.succeededFuture(verdict(group.group(), replicas, sameIndex));
            });
  }

  private static JsonObject verdict(String group, List<JsonObject> replicas, boolean sameIndex) {
    boolean equal =
        sameIndex
            && replicas.stream().noneMatch(r -> r.containsKey("error"))
            && replicas.stream().map(r -> r.getString("hash", "")).distinct().count() == 1;
    JsonObject verdict =
        new JsonObject().put("group", group).put("equal", equal).put("replicas", replicas);
    if (sameIndex) {
      verdict.put("appliedIndex", replicas.getFirst().getLong("appliedIndex", -1L));
    }
    return verdict;
  }

  private Future<JsonObject> asked(String group, NodeId id) {
    return asking
        .at(id, new Operate(group, "hash", List.of()), TIMEOUT)
        .map(
            content -> {
              JsonObject answer =
                  content instanceof Told told
                      ? new JsonObject(told.text())
                      : new JsonObject().put("error", content.toString());
              return answer.put("node", id.value());
            });
  }

  private Future<Void> later() {
    Promise<Void> promise = Promise.promise();
    long unused = vertx.setTimer(PAUSE_MS, timer -> promise.complete());
    return promise.future();
  }

  /** The hash of this node's replica. */
  public Future<Content> hash(GroupHost host) {
    return vertx
        .executeBlocking(() -> host.store().hash(), false)
        .map(
            (StateHash hash) ->
                Operations.told(
                    new JsonObject()
                        .put("appliedIndex", hash.appliedIndex())
                        .put("hash", hash.hash())));
  }
}
