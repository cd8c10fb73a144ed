package io.hawser.storage.operate;

import io.hawser.model.NodeId;
import io.hawser.model.RosterMessage.GroupReplicas;
import io.hawser.model.RosterMessage.Roster;
import io.hawser.model.StorageMessage.Content;
import io.hawser.model.StorageMessage.Operate;
import io.hawser.model.StorageMessage.Told;
import io.hawser.storage.group.GroupHost;
import io.hawser.storage.node.Asking;
import io.hawser.storage.rocks.GroupStore;
import io.hawser.storage.rocks.StateHash;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Compares what the replicas of each group hold. Hashes can be compared only at one applied index.
 * Where nothing is written, that is the last one of all; else one that is still to come, at which
 * each replica keeps what it has then. Owned by the verticle.
 */
public final class Verification {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  /** How often replicas are asked again that were at different entries. */
  private static final int ROUNDS = 20;

  private static final long PAUSE_MS = 100;

  /** How far ahead the first index lies that replicas are asked for. */
  private static final long AHEAD = 32;

  /** How long a replica waits for an index. */
  private static final long WAIT_MS = 2_000;

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
          done.compose(v -> compared(group, 0))
              .map(
                  json -> {
                    JsonArray unused = groups.add(json);
                    return null;
                  });
    }
    return done.map(v -> new JsonObject().put("groups", groups));
  }

  private Future<JsonObject> compared(GroupReplicas group, int round) {
    return asked(group, "index", List.of())
        .compose(now -> asked(group, "hash", List.of(Long.toString(target(now, round)))))
        .compose(
            replicas -> {
              boolean sameIndex = indexes(replicas).distinct().count() == 1;
              return !sameIndex && round < ROUNDS - 1
                  ? later().compose(v -> compared(group, round + 1))
                  : Future.succeededFuture(verdict(group.group(), replicas, sameIndex));
            });
  }

  private static LongStream indexes(List<JsonObject> replicas) {
    return replicas.stream().mapToLong(r -> r.getLong("appliedIndex", -1L));
  }

  private static long target(List<JsonObject> now, int round) {
    long highest = indexes(now).max().orElse(0);
    boolean still = indexes(now).distinct().count() == 1;
    return still && round == 0 ? highest : highest + (AHEAD << Math.min(round, 8));
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

  private Future<List<JsonObject>> asked(GroupReplicas group, String verb, List<String> arguments) {
    Operate operate = new Operate(group.group(), verb, arguments);
    List<Future<JsonObject>> answers =
        group.replicas().stream().map(id -> asked(id, operate)).toList();
    return Future.join(answers).map(all -> new ArrayList<>(all.list()));
  }

  private Future<JsonObject> asked(NodeId id, Operate operate) {
    return asking
        .at(id, operate, TIMEOUT)
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

  /** How far this node's replica is. */
  public static Future<Content> index(GroupHost host) {
    long index = host.store().applied().index();
    return Future.succeededFuture(Operations.told(new JsonObject().put("appliedIndex", index)));
  }

  /**
   * The hash of this node's replica.
   *
   * @param at the entry after which it is wanted; when that is not to be had, the answer is of
   *     another one. Without: of now
   */
  public Future<Content> hash(GroupHost host, Optional<Long> at) {
    GroupStore store = host.store();
    return (at.isPresent() && at.get() > store.applied().index()
            ? then(store, at.get())
            : now(store))
        .map(
            (StateHash hash) ->
                Operations.told(
                    new JsonObject()
                        .put("appliedIndex", hash.appliedIndex())
                        .put("hash", hash.hash())));
  }

  private Future<StateHash> now(GroupStore store) {
    return vertx.executeBlocking(store::hash, false).map(Objects::requireNonNull);
  }

  private Future<StateHash> then(GroupStore store, long index) {
    Promise<StateHash> done = Promise.promise();
    store.hashAt(index, done, this::onWorker);
    long timer =
        vertx.setTimer(
            WAIT_MS,
            id -> {
              boolean unused = done.tryFail("no entry came");
            });
    return done.future()
        .onComplete(
            ignored -> {
              boolean unused = vertx.cancelTimer(timer);
            })
        .recover(e -> now(store));
  }

  private void onWorker(Runnable task) {
    Future<?> unused =
        vertx.executeBlocking(
            () -> {
              task.run();
              return true;
            },
            false);
  }
}
