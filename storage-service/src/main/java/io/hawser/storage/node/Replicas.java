package io.hawser.storage.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hawser.model.NodeId;
import io.hawser.model.RosterMessage.ReplicaStatus;
import io.hawser.storage.group.GroupHost;
import io.hawser.storage.group.GroupListener;
import io.hawser.storage.group.GroupOpener;
import io.hawser.storage.group.Household;
import io.hawser.storage.log.LogStatus;
import io.vertx.core.Future;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The replicas of this node, each in a directory of its own. Owned by the verticle. */
public final class Replicas {
  /** Beside {@code node.json}. */
  public static final String DIRECTORY = "groups";

  /** In a replica's directory: the roster's epoch when it was opened. */
  public static final String FILE = "replica.json";

  private static final Logger log = LoggerFactory.getLogger(Replicas.class);

  private record Replica(GroupHost host, long epoch) {}

  private final Household house;
  private final GroupListener listener;
  private final Map<String, Replica> replicas = new TreeMap<>();
  private final Map<String, String> failed = new TreeMap<>();

  /** On disk, and not opened yet. */
  private final Set<String> closed;

  private final Map<String, Future<Void>> opening = new TreeMap<>();

  /** Of those that are being opened; all of them, also those from {@link #openAll}. */
  private final Set<Future<Void>> underWay = new HashSet<>();

  private final Revivals revivals = new Revivals();
  private boolean closing;

  /**
   * @param onDisk see {@link #onDisk}
   */
  public Replicas(Household house, Set<String> onDisk, GroupListener listener) {
    this.house = house;
    this.closed = new TreeSet<>(onDisk);
    this.listener = listener;
  }

  /** The groups that have a replica in a directory, which is rid of removed ones. Blocking. */
  public static Set<String> onDisk(Path directory) throws IOException {
    SafeFile.clear(directory);
    Set<String> groups = new TreeSet<>();
    for (Path path : SafeFile.list(directory)) {
      if (Files.exists(path.resolve(FILE))) {
        groups.add(path.getFileName().toString());
      }
    }
    return groups;
  }

  public Optional<GroupHost> host(String group) {
    return Optional.ofNullable(replicas.get(group)).map(Replica::host);
  }

  public Collection<GroupHost> hosts() {
    return replicas.values().stream().map(Replica::host).toList();
  }

  /** How each is: also one that is not open yet, or nobody would know that it is there. */
  public List<ReplicaStatus> statuses() {
    List<ReplicaStatus> statuses = new ArrayList<>();
    replicas.values().forEach(r -> statuses.add(r.host().status()));
    failed.keySet().forEach(group -> statuses.add(Statuses.failed(group)));
    closed.forEach(group -> statuses.add(Statuses.closed(group)));
    return statuses;
  }

  /**
   * Opens what is on disk. A replica that does not open is reported as failed: it stays away.
   *
   * @param initialVoters of a cluster whose founding is not committed yet; empty otherwise
   */
  public Future<Void> openAll(Set<NodeId> initialVoters) {
    Future<Void> all = Future.succeededFuture();
    for (String group : List.copyOf(closed)) {
      all = all.compose(v -> openThere(group, initialVoters));
    }
    return all;
  }

  private Future<Void> openThere(String group, Set<NodeId> initialVoters) {
    return house
        .context()
        .owner()
        .executeBlocking(() -> epoch(house.directory().resolve(group)))
        .compose(epoch -> open(group, initialVoters, epoch))
        .recover(
            failure -> {
              if (closing) {
                return Future.succeededFuture();
              }
              log.error(
                  "replica does not open node={} group={} cause={}",
                  house.self(),
                  group,
                  failure.toString());
              var unused = failed.put(group, failure.toString());
              return Future.succeededFuture();
            })
        .onComplete(done -> closed.remove(group));
  }

  private static long epoch(Path path) throws IOException {
    try {
      return new JsonObject(Files.readString(path.resolve(FILE))).getLong("epoch", 0L);
    } catch (DecodeException | ClassCastException e) {
      throw new IOException(path.resolve(FILE) + " is damaged", e);
    }
  }

  /** Makes an empty replica. */
  public Future<Void> make(String group, Set<NodeId> initialVoters, long epoch) {
    if (replicas.containsKey(group)) {
      return Future.succeededFuture();
    }
    if (closed.contains(group)) {
      return Future.failedFuture("the replica here is being opened");
    }
    if (opening.containsKey(group)) {
      return opening.get(group);
    }
    if (failed.containsKey(group)) {
      return Future.failedFuture("the replica here has failed: " + failed.get(group));
    }
    Future<Void> made = makeNow(group, initialVoters, epoch);
    if (!made.isComplete()) {
      var unused = opening.put(group, made);
    }
    return made.onComplete(done -> opening.remove(group));
  }

  private Future<Void> makeNow(String group, Set<NodeId> initialVoters, long epoch) {
    Path path = house.directory().resolve(group);
    return house
        .context()
        .owner()
        .executeBlocking(
            () -> {
              Files.createDirectories(path);
              byte[] json = new JsonObject().put("epoch", epoch).encode().getBytes(UTF_8);
              SafeFile.write(path.resolve(FILE), json);
              SafeFile.sync(house.directory());
              return true;
            })
        .compose(v -> open(group, initialVoters, epoch));
  }

  private Future<Void> open(String group, Set<NodeId> initialVoters, long epoch) {
    if (closing) {
      return Future.failedFuture("this node stops");
    }
    Future<Void> open =
        GroupOpener.open(house, group, initialVoters, listener)
            .map(
                host -> {
                  var unused = replicas.put(group, new Replica(host, epoch));
                  log.info("replica opened node={} group={}", house.self(), group);
                  return null;
                });
    underWay.add(open);
    return open.onComplete(done -> underWay.remove(open));
  }

  /**
   * Gives a replica up.
   *
   * @param epoch of the order: one from before the replica was opened is about another replica
   * @param votersAt the index of a committed entry that left this node out: a replica whose own
   *     voters are older was away then, and cannot have been taken in again since
   */
  public Future<Void> drop(String group, long epoch, long votersAt) {
    Replica replica = replicas.get(group);
    if (replica == null) {
      if (closed.contains(group) || opening.containsKey(group)) {
        return Future.failedFuture("the replica here is being opened");
      }
      return failed.containsKey(group) ? remove(group) : Future.succeededFuture();
    }
    if (epoch <= replica.epoch()) {
      return Future.failedFuture("the order is older than the replica");
    }
    LogStatus known = replica.host().logStatus();
    if (known.voters().contains(house.self()) && votersAt <= known.votersAt()) {
      return Future.failedFuture("this node is a voter of " + group);
    }
    var unused = replicas.remove(group);
    // Until nothing of it is left, no other is made in its place.
    closed.add(group);
    return replica
        .host()
        .close()
        .compose(v -> remove(group))
        .onComplete(done -> closed.remove(group));
  }

  private Future<Void> remove(String group) {
    return house
        .context()
        .owner()
        .executeBlocking(
            () -> {
              SafeFile.removeTree(house.directory().resolve(group));
              return true;
            })
        .map(
            v -> {
              var unused = failed.remove(group);
              log.info("replica removed node={} group={}", house.self(), group);
              return null;
            });
  }

  /** Opens those again that have stopped on a full disk, when it has room. */
  public void look(boolean full, long nowNs) {
    if (closing) {
      return;
    }
    Map<String, String> stopped = new TreeMap<>(failed);
    replicas.forEach(
        (group, replica) -> {
          LogStatus status = replica.host().logStatus();
          if (status.role() == LogStatus.Role.FAILED) {
            var unused = stopped.put(group, status.failure().orElse(""));
          }
        });
    revivals.due(stopped, full, nowNs).forEach(this::reopen);
  }

  private void reopen(String group) {
    log.warn(
        "replica is opened again, since the disk has room node={} group={}", house.self(), group);
    closed.add(group);
    var unused = failed.remove(group);
    Replica stopped = replicas.remove(group);
    Future<Void> shut = stopped == null ? Future.succeededFuture() : stopped.host().close();
    Future<Void> open = shut.transform(done -> openThere(group, Set.of()));
    underWay.add(open);
    Future<Void> unusedToo = open.onComplete(done -> underWay.remove(open));
  }

  public void tick(long nowNs) {
    replicas.values().forEach(r -> r.host().tick(nowNs));
  }

  /** Opens no more, and closes all: also what is being opened, once it is open. */
  public Future<Void> close() {
    closing = true;
    return Future.join(List.copyOf(underWay))
        .transform(opened -> Future.join(hosts().stream().map(GroupHost::close).toList()))
        .mapEmpty();
  }
}
