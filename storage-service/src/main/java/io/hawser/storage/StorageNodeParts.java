package io.hawser.storage;

import io.hawser.bus.WireFormat;
import io.hawser.bus.client.CommittedRoster;
import io.hawser.bus.client.storage.Bundles;
import io.hawser.model.NodeId;
import io.hawser.model.RosterMessage.ReplicaStatus;
import io.hawser.model.RosterMessage.Roster;
import io.hawser.model.RosterMessage.StorageNode;
import io.hawser.model.StorageMessage;
import io.hawser.model.StorageMessage.Content;
import io.hawser.model.StorageMessage.Reply;
import io.hawser.model.StorageMessage.Several;
import io.hawser.node.Settings;
import io.hawser.service.ServiceContext;
import io.hawser.storage.group.Household;
import io.hawser.storage.log.LogEngine;
import io.hawser.storage.node.Asking;
import io.hawser.storage.node.Caretaker;
import io.hawser.storage.node.DiskWatch;
import io.hawser.storage.node.Founding;
import io.hawser.storage.node.Identity;
import io.hawser.storage.node.Member;
import io.hawser.storage.node.Neighbours;
import io.hawser.storage.node.Orders;
import io.hawser.storage.node.Reclaim;
import io.hawser.storage.node.Replicas;
import io.hawser.storage.node.RosterBook;
import io.hawser.storage.node.SelfPortrait;
import io.hawser.storage.operate.AttachedKeys;
import io.hawser.storage.operate.Backups;
import io.hawser.storage.operate.HandOver;
import io.hawser.storage.operate.Lags;
import io.hawser.storage.operate.Operations;
import io.hawser.storage.operate.Report;
import io.hawser.storage.operate.Verification;
import io.hawser.storage.placement.Limits;
import io.hawser.storage.placement.Planner;
import io.hawser.storage.placement.Sight;
import io.hawser.storage.rocks.RocksMemory;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The parts of a storage node and how they know of one another: who it is, its replicas, its
 * neighbours, and the caretaker of the placement. Owned by the verticle.
 */
final class StorageNodeParts {
  /** In the node's data directory. */
  static final String DIRECTORY = "storage";

  private final Member member;
  private final LogEngine engine;
  private final RocksMemory memory;
  private final RosterBook book;
  private final Neighbours neighbours;
  private final Replicas replicas;
  private final Orders orders;
  private final Caretaker caretaker;
  private final Founding founding;
  private final Operations operations;
  private final AttachedKeys attached;
  private final HandOver handOver;
  private final DiskWatch disk;
  private final StorageMeters meters;
  private final Reclaim reclaim;
  private Future<Void> begun = Future.succeededFuture();
  private boolean stopping;

  private StorageNodeParts(
      ServiceContext node, EngineMaker engines, Context context, WireFormat format, Path directory)
      throws IOException {
    Settings settings = node.settings();
    NodeId self = node.members().self().id();
    Limits limits = StorageSettings.limits(settings);
    member = new Member(node.vertx(), directory, self);
    Files.createDirectories(directory.resolve(Replicas.DIRECTORY));
    book = new RosterBook(node.vertx(), format, directory);
    book.load();
    disk =
        new DiskWatch(
            node.vertx(),
            directory,
            StorageSettings.capacityBytes(settings),
            settings.get(StorageSettings.HIGH_WATER_PERCENT));
    SelfPortrait portrait =
        new SelfPortrait(
            node,
            member,
            disk,
            settings.get(StorageSettings.BOOTSTRAP),
            StorageSettings.host(settings),
            this::port,
            this::statuses);
    neighbours = new Neighbours(node, book, portrait::presence, this::learnt, limits.seenNs());
    engine =
        engines.make(
            new EngineMaker.Surroundings(
                self, () -> member.identity().cluster(), neighbours::address, directory));
    memory = new RocksMemory();
    meters = new StorageMeters(node.meters(), disk::room);
    replicas =
        new Replicas(
            new Household(
                context,
                self,
                () -> member.identity().cluster(),
                directory.resolve(Replicas.DIRECTORY),
                engine,
                memory,
                format,
                node.time(),
                voters -> portrait.room(voters, neighbours),
                voters -> SelfPortrait.level(voters, book)),
            Replicas.onDisk(directory.resolve(Replicas.DIRECTORY)),
            new GroupNews(
                node, book, meters, () -> caretaker().kept(), this::cluster, this::exchange));
    reclaim = new Reclaim(replicas::hosts);
    orders = new Orders(node, neighbours, replicas, book);
    caretaker = new Caretaker(node, format, replicas, neighbours, orders, new Planner(limits));
    founding =
        new Founding(
            member,
            settings.get(StorageSettings.BOOTSTRAP),
            settings.get(StorageSettings.SHARDS),
            neighbours,
            replicas,
            caretaker,
            CommittedRoster.clusterOf(node.dataDir()));
    Asking asking = new Asking(node, neighbours, book, this::answer);
    attached = new AttachedKeys(node.vertx(), replicas, asking);
    handOver = new HandOver(node, neighbours, replicas);
    operations =
        new Operations(
            neighbours,
            replicas,
            book,
            caretaker,
            asking,
            new Report(neighbours, asking),
            new Verification(node.vertx(), node.time(), asking),
            new Backups(node.vertx(), node.time(), node.dataDir(), neighbours, replicas, asking));
  }

  /** Reads what is there and starts to listen. Blocking. */
  static StorageNodeParts open(
      ServiceContext node, EngineMaker engines, Context context, WireFormat format)
      throws IOException {
    Path directory = Files.createDirectories(node.dataDir().resolve(DIRECTORY));
    return new StorageNodeParts(node, engines, context, format, directory);
  }

  private int port() {
    return engine.port();
  }

  private List<ReplicaStatus> statuses() {
    return replicas.statuses();
  }

  Neighbours neighbours() {
    return neighbours;
  }

  RosterBook book() {
    return book;
  }

  Orders orders() {
    return orders;
  }

  Caretaker caretaker() {
    return caretaker;
  }

  /**
   * Hears of the others, and opens the replicas, unless another disk has taken this one's place
   * meanwhile: then what is stored here must not vote any more.
   */
  Future<Void> begin() {
    begun = disk.look().compose(v -> neighbours.exchange()).compose(v -> openReplicas());
    return begun;
  }

  private Future<Void> openReplicas() {
    Identity identity = member.identity();
    Optional<StorageNode> known =
        book.current()
            .filter(r -> r.cluster().equals(identity.cluster()))
            .flatMap(r -> r.node(identity.node()));
    if (known.filter(n -> !n.disk().equals(identity.disk())).isPresent()) {
      return Future.failedFuture(
          "another disk has the place of "
              + identity.node()
              + ": move "
              + member.directory()
              + " away, and the node joins anew");
    }
    return replicas.openAll(identity.founding() ? Set.of(identity.node()) : Set.of());
  }

  void exchange() {
    if (stopping) {
      return;
    }
    Future<Void> unused = neighbours.exchange();
    founding.tick();
  }

  void care() {
    if (stopping) {
      return;
    }
    founding.tick();
    caretaker.tick();
  }

  void tick(long nowNs) {
    if (!stopping) {
      replicas.tick(nowNs);
    }
  }

  void lookAtDisk(long nowNs) {
    Future<Void> unused = disk.look().onSuccess(v -> disksRoom(nowNs));
    meters.followers(
        Lags.of(
            neighbours.id(),
            statuses(),
            id -> Optional.ofNullable(neighbours.sights().get(id)).map(Sight::presence)));
  }

  private void disksRoom(long nowNs) {
    if (!stopping) {
      replicas.look(disk.room().full(), nowNs);
      reclaim.look(disk.room().full(), disk.usableBytes(), nowNs);
    }
  }

  /** Ends the keys of data groups whose lease is over. */
  void lookAtLeases() {
    if (!stopping) {
      attached.look();
    }
  }

  /** The id of the cluster that this node is in; empty while it is in none. */
  String cluster() {
    return member.identity().cluster();
  }

  Future<Content> answer(StorageMessage request) {
    return request instanceof Several several
        ? Bundles.answer(several, cluster(), this::answer).map(Reply::content)
        : Desk.answer(request, replicas, operations);
  }

  private void learnt(Roster roster) {
    Identity identity = member.identity();
    if (identity.member()) {
      if (identity.cluster().equals(roster.cluster())) {
        book.offer(roster);
      }
    } else {
      founding.admitted(roster);
    }
  }

  /** Hands leadership over, as far as somebody takes it in time, and closes everything. */
  Future<Void> stop(long limitNs) {
    return begun
        .onComplete(done -> stopping = true)
        .eventually(() -> handOver.all(limitNs))
        .eventually(replicas::close)
        .eventually(engine::close)
        .onComplete(done -> memory.close());
  }
}
