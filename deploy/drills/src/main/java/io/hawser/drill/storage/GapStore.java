package io.hawser.drill.storage;

import io.hawser.drill.etcd.EtcdCluster;
import io.hawser.drill.kv.Dialect;
import io.hawser.drill.process.Spawned;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** A store of three nodes whose leader can be hurt. Owned by one thread. */
sealed interface GapStore extends AutoCloseable {
  Dialect dialect();

  List<InetSocketAddress> addresses();

  /** Who leads the keys that are written; empty when nobody says so. */
  Optional<Integer> leader();

  Spawned node(int k);

  /** Starts a node again that was killed, and waits until all serve. */
  void restart(int k);

  @Override
  void close();

  /** Hawser. */
  record Hawser(StoreNodes nodes) implements GapStore {
    @Override
    public Dialect dialect() {
      return Dialect.HAWSER;
    }

    @Override
    public List<InetSocketAddress> addresses() {
      return nodes.addresses();
    }

    @Override
    public Optional<Integer> leader() {
      return nodes.leader(StoreNodes.DATA);
    }

    @Override
    public Spawned node(int k) {
      return nodes.cluster().node(k);
    }

    @Override
    public void restart(int k) {
      var unused = nodes.cluster().start(k);
      nodes.requireServing();
    }

    @Override
    public void close() {
      nodes.close();
    }
  }

  /** Etcd. */
  record Etcd(EtcdCluster cluster) implements GapStore {
    @Override
    public Dialect dialect() {
      return Dialect.ETCD;
    }

    @Override
    public List<InetSocketAddress> addresses() {
      return cluster.addresses();
    }

    @Override
    public Optional<Integer> leader() {
      return cluster.leader();
    }

    @Override
    public Spawned node(int k) {
      return cluster.member(k);
    }

    @Override
    public void restart(int k) {
      cluster.restart(k);
    }

    @Override
    public void close() {
      cluster.close();
    }
  }
}
