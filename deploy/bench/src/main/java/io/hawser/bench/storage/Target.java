package io.hawser.bench.storage;

import io.hawser.drill.cluster.ClusterPlan;
import io.hawser.drill.cluster.DrillCluster;
import io.hawser.drill.etcd.EtcdCluster;
import io.hawser.drill.kv.Dialect;
import io.hawser.drill.process.Ledger;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A store of three nodes that runs for as long as it is measured. Owned by one thread. */
sealed interface Target extends AutoCloseable {
  int SIZE = 3;

  /** What a node has when nobody says otherwise. */
  String HEAP = "-Xmx512m";

  Dialect dialect();

  List<InetSocketAddress> addresses();

  List<Long> pids();

  @Override
  void close();

  /** Starts one, with nothing in it. */
  static Target start(Dialect dialect, Path dir, int firstPort, Ledger ledger) {
    return switch (dialect) {
      case HAWSER -> {
        ClusterPlan plan = ClusterPlan.local(dir, SIZE, firstPort, Map.of()).withJvm(HEAP);
        DrillCluster cluster = new DrillCluster(plan, ledger);
        try {
          cluster.startAll();
        } catch (RuntimeException e) {
          cluster.close();
          throw e;
        }
        yield new Hawser(cluster);
      }
      case ETCD -> new Etcd(EtcdCluster.start(dir, firstPort, ledger));
    };
  }

  /** Three nodes of Hawser. */
  record Hawser(DrillCluster cluster) implements Target {
    @Override
    public Dialect dialect() {
      return Dialect.HAWSER;
    }

    @Override
    public List<InetSocketAddress> addresses() {
      return IntStream.range(0, SIZE).mapToObj(cluster::apiAddress).toList();
    }

    @Override
    public List<Long> pids() {
      return IntStream.range(0, SIZE).mapToObj(k -> cluster.node(k).pid()).toList();
    }

    @Override
    public void close() {
      cluster.close();
    }
  }

  /** Three members of etcd. */
  record Etcd(EtcdCluster cluster) implements Target {
    @Override
    public Dialect dialect() {
      return Dialect.ETCD;
    }

    @Override
    public List<InetSocketAddress> addresses() {
      return cluster.addresses();
    }

    @Override
    public List<Long> pids() {
      return cluster.pids();
    }

    @Override
    public void close() {
      cluster.close();
    }
  }
}
