package io.hawser.storage.operate;

import io.hawser.catalog.Refused;
import io.hawser.model.NodeId;
import io.hawser.model.RosterMessage.GroupReplicas;
import io.hawser.model.RosterMessage.Roster;
import io.hawser.model.StorageMessage.Content;
import io.hawser.model.StorageMessage.NoRoom;
import io.hawser.model.StorageMessage.Operate;
import io.hawser.model.StorageMessage.Told;
import io.hawser.node.Time;
import io.hawser.storage.group.GroupHost;
import io.hawser.storage.group.core.DiskRoom;
import io.hawser.storage.node.Asking;
import io.hawser.storage.node.Neighbours;
import io.hawser.storage.node.Replicas;
import io.hawser.storage.rocks.BackupManifest;
import io.hawser.storage.rocks.GroupBackup;
import io.hawser.storage.rocks.GroupStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Writes backups below the data directory: each group as it is after everything that was
 * acknowledged before. Groups that this node has no replica of are written by one that has, on its
 * own disk; the answer says where each is. Owned by the verticle.
 */
public final class Backups {
  private static final String DIRECTORY = "backups";
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final Duration TIMEOUT = Duration.ofMinutes(10);

  private final Vertx vertx;
  private final Time time;
  private final Path dataDir;
  private final Neighbours neighbours;
  private final Replicas replicas;
  private final Asking asking;

  /** What is being written. Two at once would remove one another's files. */
  private final Set<Path> underWay = ConcurrentHashMap.newKeySet();

  public Backups(
      Vertx vertx,
      Time time,
      Path dataDir,
      Neighbours neighbours,
      Replicas replicas,
      Asking asking) {
    this.vertx = vertx;
    this.time = time;
    this.dataDir = dataDir;
    this.neighbours = neighbours;
    this.replicas = replicas;
    this.asking = asking;
  }

  /** Of every group, under a name or else under the time. */
  public Future<JsonObject> all(Optional<String> wanted) {
    String name = wanted.orElseGet(() -> STAMP.format(Instant.ofEpochMilli(time.wallMs())));
    if (!NAME.matcher(name).matches()) {
      return Future.failedFuture(
          new Refused("bad-request", "a backup's name is made of letters, digits and . _ -"));
    }
    return asking.roster().compose(roster -> all(name, roster));
  }

  private Future<JsonObject> all(String name, Roster roster) {
    JsonArray groups = new JsonArray();
    Future<Void> done = Future.succeededFuture();
    for (GroupReplicas group : roster.groups()) {
      done =
          done.compose(v -> written(group, name))
              .map(
                  json -> {
                    JsonArray unused = groups.add(json);
                    return null;
                  });
    }
    return done.map(
        v ->
            new JsonObject()
                .put("node", neighbours.id().value())
                .put("path", path(name).toString())
                .put("cluster", roster.cluster())
                .put("groups", groups));
  }

  private Future<JsonObject> written(GroupReplicas group, String name) {
    List<NodeId> order = new ArrayList<>();
    if (replicas.host(group.group()).isPresent()) {
      order.add(neighbours.id());
    }
    group.replicas().stream().filter(id -> !order.contains(id)).forEach(order::add);
    return written(group.group(), name, order);
  }

  private Future<JsonObject> written(String group, String name, List<NodeId> order) {
    NodeId node = order.getFirst();
    return asking
        .at(node, new Operate(group, "backup-group", List.of(name)), TIMEOUT)
        .compose(
            content -> {
              if (content instanceof Told told) {
                return Future.succeededFuture(new JsonObject(told.text()));
              }
              return order.size() > 1
                  ? written(group, name, order.subList(1, order.size()))
                  : Future.failedFuture(refused(group, node, content));
            });
  }

  private static Refused refused(String group, NodeId node, Content content) {
    return content instanceof NoRoom room
        ? new Refused(
            "no-room",
            "%s is not backed up: %s has no room for it, %d of %d bytes are taken; move older backups away from there"
                .formatted(group, node, room.usedBytes(), room.capacityBytes()))
        : new Refused("no-quorum", group + " is not backed up: " + content);
  }

  private Path path(String name) {
    return dataDir.resolve(DIRECTORY).resolve(name).toAbsolutePath();
  }

  /** Writes this node's replica of a group. */
  public Future<Content> group(GroupHost host, Optional<String> name) {
    if (name.filter(n -> NAME.matcher(n).matches()).isEmpty()) {
      return Future.failedFuture(new Refused("bad-request", "name the backup"));
    }
    Path directory = path(name.get());
    Path group = directory.resolve(host.group());
    if (!underWay.add(group)) {
      return Future.failedFuture(
          new Refused("conflict", "a backup of this name is being written: name another one"));
    }
    Future<Content> written =
        host.barrier()
            .compose(index -> vertx.executeBlocking(() -> write(host.store(), directory), false));
    return written.onComplete(done -> underWay.remove(group));
  }

  /** A backup must not take the room that the store itself needs. */
  private Content write(GroupStore store, Path directory) throws IOException {
    FileStore disk = Files.getFileStore(dataDir);
    long usable = disk.getUsableSpace();
    long total = disk.getTotalSpace();
    return DiskRoom.spares(GroupBackup.bytes(store), usable, total)
        ? told(GroupBackup.write(store, directory), directory)
        : new NoRoom(total - usable, total);
  }

  private Content told(BackupManifest manifest, Path directory) {
    return Operations.told(
        new JsonObject()
            .put("group", manifest.group())
            .put("node", neighbours.id().value())
            .put("directory", directory.toString())
            .put("appliedIndex", manifest.appliedIndex())
            .put("revision", manifest.revision())
            .put("keys", manifest.keyCount())
            .put("bytes", manifest.usedBytes())
            .put("sha256", manifest.sha256()));
  }
}
