package io.hawser.storage.operate;

import io.hawser.model.NodeId;
import io.hawser.model.RosterMessage.GroupReplicas;
import io.hawser.model.RosterMessage.Roster;
import io.hawser.model.StorageMessage.Content;
import io.hawser.model.StorageMessage.Operate;
import io.hawser.model.StorageMessage.Told;
import io.hawser.node.Time;
import io.hawser.storage.group.GroupHost;
import io.hawser.storage.node.Asking;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/**
 * Compares what the replicas of each group hold. Hashes can be compared only at one applied index.
 * Where nothing is written, that is the last one of all; else one that is still to come ({@link
 * Look}), at which each replica keeps what it has then. Owned by the verticle.
 */
public final class Verification {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  /** A replica that does not say in time how far it is is not asked for more. */
  private static final Duration INDEX_TIMEOUT = Duration.ofSeconds(3);

  /** How often replicas are asked again that were at different entries. */
  private static final int ROUNDS = 12;

  private static final long PAUSE_MS = 100;

  private final Vertx vertx;
  private final Time time;
  private final Asking asking;
  private final Hashes hashes;

  public Verification(Vertx vertx, Time time, Asking asking) {
    this.vertx = vertx;
    this.time = time;
    this.asking = asking;
    this.hashes = new Hashes(vertx);
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
          done.compose(v -> compared(group))
              .map(
                  json -> {
                    JsonArray unused = groups.add(json);
                    return null;
                  });
    }
    return done.map(v -> new JsonObject().put("groups", groups));
  }

  private Future<JsonObject> compared(GroupReplicas group) {
    Rows all = new Rows(group.replicas(), List.of());
    return round(group.group(), all, 0, Optional.empty());
  }

  /**
   * What has been answered about a group.
   *
   * @param asked whom there is to ask
   * @param failed the answers of those who have not answered as they should: they are not asked
   *     again
   */
  private record Rows(List<NodeId> asked, List<JsonObject> failed) {}

  private Future<JsonObject> round(String group, Rows rows, int round, Optional<Look> before) {
    return asked(rows.asked(), new Operate(group, "index", List.of()), INDEX_TIMEOUT)
        .compose(
            now -> {
              Look look = Look.of(indexes(answers(now)).boxed().toList(), time.nowNs());
              Rows left = left(rows, now);
              OptionalLong meeting = look.meeting(before);
              return meeting.isPresent()
                  ? compared(group, left, meeting.getAsLong())
                      .compose(hashes -> judged(group, left, hashes, round, look))
                  : judged(group, rows, now, round, look);
            });
  }

  private Future<List<JsonObject>> compared(String group, Rows rows, long index) {
    return asked(rows.asked(), new Operate(group, "hash", List.of(Long.toString(index))), TIMEOUT);
  }

  private Future<JsonObject> judged(
      String group, Rows rows, List<JsonObject> told, int round, Look look) {
    List<JsonObject> answers = answers(told);
    boolean apart = indexes(answers).distinct().count() > 1;
    return apart && round < ROUNDS - 1
        ? later().compose(v -> round(group, left(rows, told), round + 1, Optional.of(look)))
        : Future.succeededFuture(verdict(group, answers, left(rows, told).failed()));
  }

  private static boolean failed(JsonObject row) {
    return row.containsKey("error");
  }

  private static List<JsonObject> answers(List<JsonObject> rows) {
    return rows.stream().filter(row -> !failed(row)).toList();
  }

  /** Those who are left, after what they have answered. */
  private static Rows left(Rows rows, List<JsonObject> told) {
    List<JsonObject> failed = new ArrayList<>(rows.failed());
    told.stream().filter(Verification::failed).forEach(failed::add);
    return new Rows(
        answers(told).stream().map(row -> new NodeId(row.getString("node"))).toList(), failed);
  }

  private static LongStream indexes(List<JsonObject> answers) {
    return answers.stream().mapToLong(r -> r.getLong("appliedIndex", -1L));
  }

  private static JsonObject verdict(
      String group, List<JsonObject> answers, List<JsonObject> failed) {
    boolean sameIndex = indexes(answers).distinct().count() == 1;
    boolean sameHash = answers.stream().map(r -> r.getString("hash", "")).distinct().count() == 1;
    List<JsonObject> replicas = new ArrayList<>(answers);
    replicas.addAll(failed);
    JsonObject verdict =
        new JsonObject()
            .put("group", group)
            .put("equal", sameIndex && sameHash && failed.isEmpty())
            .put("replicas", replicas);
    if (sameIndex) {
      verdict.put("appliedIndex", answers.getFirst().getLong("appliedIndex", -1L));
    }
    return verdict;
  }

  private Future<List<JsonObject>> asked(List<NodeId> ids, Operate operate, Duration timeout) {
    List<Future<JsonObject>> answers = ids.stream().map(id -> asked(id, operate, timeout)).toList();
    return Future.join(answers).map(all -> new ArrayList<>(all.list()));
  }

  private Future<JsonObject> asked(NodeId id, Operate operate, Duration timeout) {
    return asking
        .at(id, operate, timeout)
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

  /** See {@link Hashes#of}. */
  public Future<Content> hash(GroupHost host, Optional<Long> at) {
    return hashes
        .of(host.store(), at)
        .map(
            hash ->
                Operations.told(
                    new JsonObject()
                        .put("appliedIndex", hash.appliedIndex())
                        .put("hash", hash.hash())));
  }
}
