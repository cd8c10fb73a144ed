package io.hawser.storage.jraft;

import com.alipay.sofa.jraft.NodeManager;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.option.NodeOptions;
import com.alipay.sofa.jraft.rpc.RpcProcessor;
import com.alipay.sofa.jraft.rpc.impl.PingRequestProcessor;
import com.alipay.sofa.jraft.rpc.impl.core.GetFileRequestProcessor;
import com.alipay.sofa.jraft.rpc.impl.core.InstallSnapshotRequestProcessor;
import com.alipay.sofa.jraft.rpc.impl.core.ReadIndexRequestProcessor;
import com.alipay.sofa.jraft.rpc.impl.core.RequestVoteRequestProcessor;
import com.alipay.sofa.jraft.rpc.impl.core.TimeoutNowRequestProcessor;
import com.alipay.sofa.jraft.storage.LogStorage;
import com.alipay.sofa.jraft.storage.impl.RocksDBLogStorage;
import io.hawser.storage.log.GroupConfig;
import io.hawser.storage.log.LogEngine;
import io.hawser.storage.log.LogFailure;
import io.hawser.storage.log.LogMachine;
import io.hawser.storage.log.ReplicatedLog;
import io.hawser.storage.nativelib.RocksLibrary;
import io.hawser.storage.transport.Peers;
import io.hawser.storage.transport.Transport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's groups on SOFAJRaft, over one transport. Thread-safe. JRaft keeps its nodes in a table
 * of the process by group and peer: two engines in one process need different node ids.
 */
public final class JRaftEngine implements LogEngine {
  private static final Logger log = LoggerFactory.getLogger(JRaftEngine.class);
  private static final long HOUSEKEEPING_MS = 5000;
  private static final long WARM_MS = 1000;

  private final Vertx vertx;
  private final EngineConfig config;
  private final Transport transport;
  private final Pools pools;
  private final UnaryOperator<LogStorage> disk;
  private final PeerId self;
  private final Map<String, Replica<?>> replicas = new ConcurrentHashMap<>();
  private final Set<String> names = ConcurrentHashMap.newKeySet();
  private final long housekeeping;
  private final long warming;

  private JRaftEngine(
      Vertx vertx,
      EngineConfig config,
      Transport transport,
      Pools pools,
      UnaryOperator<LogStorage> disk) {
    this.vertx = vertx;
    this.config = config;
    this.transport = transport;
    this.pools = pools;
    this.disk = disk;
    this.self = Peers.peer(transport.self());
    NodeManager.getInstance().addAddress(self.getEndpoint());
    Takeover takeover = new Takeover(vertx, transport, replicas.values());
    transport.onLost(takeover::lost);
    this.housekeeping =
        vertx.setPeriodic(
            HOUSEKEEPING_MS,
            none -> pools.files().execute(() -> replicas.values().forEach(Replica::weigh)));
    this.warming = vertx.setPeriodic(WARM_MS, none -> warm());
  }

  /** Followers too are connected: who stands for a leader that is gone has no time to connect. */
  private void warm() {
    for (Replica<?> replica : replicas.values()) {
      replica.status().voters().forEach(transport::warm);
    }
  }

  /** Loads the native library, then listens. Blocks a little: call it on a worker. */
  public static Future<JRaftEngine> start(Vertx vertx, EngineConfig config) {
    return start(vertx, config, UnaryOperator.identity());
  }

  /**
   * @param disk what the logs are written through
   */
  static Future<JRaftEngine> start(
      Vertx vertx, EngineConfig config, UnaryOperator<LogStorage> disk) {
    RocksLibrary.load(config.library());
    RocksTuning.register();
    Pools pools = Pools.of(config.transport().self());
    return Transport.open(vertx, config.transport(), processors(pools))
        .map(transport -> new JRaftEngine(vertx, config, transport, pools, disk))
        .onFailure(e -> pools.close());
  }

  /** What other nodes' replicas may ask; what changes members is not among it. */
  private static List<RpcProcessor<?>> processors(Pools pools) {
    return List.of(
        new EntriesProcessor(pools.quick()),
        new RequestVoteRequestProcessor(pools.quick()),
        new TimeoutNowRequestProcessor(pools.quick()),
        new ReadIndexRequestProcessor(pools.quick()),
        new PingRequestProcessor(pools.quick()),
        new InstallSnapshotRequestProcessor(pools.install()),
        new GetFileRequestProcessor(pools.files()));
  }

  /** The connections, for a test that cuts them off as a dying process would. */
  Transport transport() {
    return transport;
  }

  @Override
  public <R> ReplicatedLog<R> open(GroupConfig group, LogMachine<R> machine) {
    if (!names.add(group.group())) {
      throw new LogFailure.Refused("group " + group.group() + " is open here already");
    }
    boolean opened = false;
    try {
      ReplicatedLog<R> log = openOnce(group, machine);
      opened = true;
      return log;
    } finally {
      if (!opened) {
        names.remove(group.group());
      }
    }
  }

  private <R> ReplicatedLog<R> openOnce(GroupConfig group, LogMachine<R> machine) {
    ReplicaFiles files = new ReplicaFiles(group.directory());
    boolean restored;
    try {
      Files.createDirectories(files.directory());
      restored = files.restored(machine);
    } catch (IOException e) {
      throw new LogFailure.Stopped("cannot write to " + files.directory() + ": " + e, false);
    }
    NodeOptions options = GroupOptions.node(group, config.tuning(), transport, pools.replication());
    options.setRaftOptions(GroupOptions.raft(config.tuning()));
    LogStorage rocks =
        disk.apply(new RocksDBLogStorage(files.log().toString(), options.getRaftOptions()));
    ReplicaMeters meters = new ReplicaMeters(config.meters(), group.group());
    GuardedStorage storage =
        new GuardedStorage(rocks, files, machine.appliedIndex(), meters.appends());
    SnapshotTrigger trigger = new SnapshotTrigger(config.tuning());
    LogMachine<R> metered = new MeteredMachine<>(machine, meters);
    MachineAdapter<R> adapter =
        new MachineAdapter<>(
            group.group(),
            transport.self(),
            metered,
            storage.shore(),
            storage.replay(),
            pools.files(),
            trigger);
    GuardedNode node = new GuardedNode(group.group(), self, storage, adapter);
    trigger.arm(() -> pools.control().execute(() -> node.snapshot(done -> {})));
    options.setFsm(adapter);
    options.setServiceFactory(new GroupOptions.Services(storage, node::votes));
    start(node, options, adapter, storage, meters);
    FirstSnapshots first = new FirstSnapshots(vertx, node, storage, files, pools.control());
    Replica<R> replica =
        new Replica<>(
            vertx,
            group,
            config.tuning(),
            new Replica.Parts<>(
                node,
                storage,
                adapter,
                first,
                pools.control(),
                () -> {
                  replicas.remove(group.group());
                  meters.remove();
                  transport.dropArrivals();
                  names.remove(group.group());
                }));
    meters.watch(replica);
    meters.elections(adapter::won);
    replicas.put(group.group(), replica);
    if (restored) {
      first.begin(() -> replica.stopped().isPresent());
    }
    return replica;
  }

  private void start(
      GuardedNode node,
      NodeOptions options,
      MachineAdapter<?> adapter,
      GuardedStorage storage,
      ReplicaMeters meters) {
    String trouble = "JRaft's log says why";
    try {
      if (node.init(options)) {
        return;
      }
    } catch (RuntimeException | Error e) {
      log.warn("replica not started node={} group={}", self, node.getGroupId(), e);
      trouble = e.toString();
    }
    meters.remove();
    abandon(node, storage);
    String why =
        storage
            .refusal()
            .or(() -> adapter.failure().map(Throwable::getMessage))
            .orElse("the replica cannot be opened: " + trouble);
    throw new LogFailure.Stopped(why, false);
  }

  /** Lets go of what a node that did not come up has opened. */
  private static void abandon(GuardedNode node, GuardedStorage storage) {
    try {
      node.shutdown();
    } catch (RuntimeException | Error e) {
      log.debug("a node that did not come up cannot be shut down in order", e);
    }
    storage.shutdown();
  }

  @Override
  public int port() {
    return transport.port();
  }

  @Override
  public Future<Void> close() {
    List.of(housekeeping, warming).forEach(vertx::cancelTimer);
    List<Future<Void>> closing = replicas.values().stream().map(Replica::close).toList();
    return Future.join(closing)
        .<Void>mapEmpty()
        .eventually(transport::close)
        .onComplete(
            done -> {
              NodeManager.getInstance().removeAddress(self.getEndpoint());
              pools.close();
            });
  }
}
