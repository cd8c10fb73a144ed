package io.hawser.storage.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hawser.model.NodeId;
import io.hawser.model.RosterMessage.ReplicaStatus;
import io.hawser.storage.group.GroupHost;
import io.hawser.storage.group.GroupListener;
import io.hawser.storage.group.GroupOpener;
import io.hawser.storage.group.Household;
import io.vertx.core.Future;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
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

  public Replicas(Household house, GroupListener listener) {
    this.house = house;
    this.listener = listener;
  }

  public Optional<GroupHost> host(String group) {
    return Optional.ofNullable(replicas.get(group)).map(Replica::host);
  }

  public Collection<GroupHost> hosts() {
    return replicas.values().stream().map(Replica::host).toList();
  }

  public List<ReplicaStatus> statuses() {
    List<ReplicaStatus> statuses = new ArrayList<>();
    replicas.values().forEach(r -> statuses.add(r.host().status()));
    failed.keySet().forEach(group -> statuses.add(Statuses.failed(group)));
    return statuses;
  }

  /**
   * Opens what is on disk. A replica that does not open is reported as failed: it stays away.
   *
   * @param initialVoters of a cluster whose founding is not committed yet; empty otherwise
   */
  public Future<Void> openAll(Set<NodeId> initialVoters) {
    return house
        .context()
        .owner()
        .executeBlocking(() -> SafeFile.list(house.directory()))
        .compose(
            paths -> {
              Future<Void> all = Future.succeededFuture();
              for (Path path : paths) {
                if (Files.exists(path.resolve(FILE))) {
                  all = all.compose(v -> openThere(path, initialVoters));
                }
              }
              return all;
            });
  }

  private Future<Void> openThere(Path path, Set<NodeId> initialVoters) {
    String group = path.getFileName().toString();
    return house
        .context()
        .owner()
        .executeBlocking(() -> epoch(path))
        .compose(epoch -> open(group, initialVoters, epoch))
        .recover(
            failure -> {
              log.error(
                  "replica does not open node={} group={} cause={}",
                  house.self(),
                  group,
                  failure.toString());
              var unused = failed.put(group, failure.toString());
              return Future.succeededFuture();
            });
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
    if (failed.containsKey(group)) {
      return Future.failedFuture("the replica here has failed: " + failed.get(group));
    }
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
    return GroupOpener.open(house, group, initialVoters, listener)
        .map(
            host -> {
              var unused = replicas.put(group, new Replica(host, epoch));
              log.info("replica opened node={} group={}", house.self(), group);
              return null;
            });
  }

  /**
   * Gives a replica up.
   *
   * @param epoch of the order: one from before the replica was opened is about another replica
   */
  public Future<Void> drop(String group, long epoch) {
    Replica replica = replicas.get(group);
    if (replica == null) {
      return failed.containsKey(group) ? remove(group) : Future.succeededFuture();
    }
    if (epoch <= replica.epoch()) {
      return Future.failedFuture("the order is older than the replica");
    }
    if (replica.host().logStatus().voters().contains(house.self())) {
      return Future.failedFuture("this node is a voter of " + group);
    }
    var unused = replicas.remove(group);
    return replica.host().close().compose(v -> remove(group));
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

  public void tick(long nowNs) {
    replicas.values().forEach(r -> r.host().tick(nowNs));
  }

  public Future<Void> close() {
    List<Future<Void>> closed = hosts().stream().map(GroupHost::close).toList();
    return Future.join(closed).mapEmpty();
  }
}
