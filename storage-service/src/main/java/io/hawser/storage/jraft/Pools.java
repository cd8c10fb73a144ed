package io.hawser.storage.jraft;

import com.alipay.sofa.jraft.util.concurrent.DefaultFixedThreadsExecutorGroupFactory;
import com.alipay.sofa.jraft.util.concurrent.FixedThreadsExecutorGroup;
import io.hawser.model.NodeId;
import io.hawser.storage.transport.Workers;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads of an engine, shared by its groups. Receiving a snapshot waits for the leader to read
 * its files, so these two must not share threads: two nodes that install from each other would wait
 * for ever.
 *
 * @param quick votes, read indexes
 * @param install receives snapshots
 * @param files reads snapshot files, here and for others
 * @param control membership, transfers, whatever callers may not wait for
 * @param replication handles followers' answers to entries, each follower's on one thread
 */
record Pools(
    ExecutorService quick,
    ExecutorService install,
    ExecutorService files,
    ExecutorService control,
    FixedThreadsExecutorGroup replication) {
  static Pools of(NodeId self) {
    String name = "hawser-raft-" + self;
    return new Pools(
        pool(name, 4),
        pool(name + "-install", 2),
        pool(name + "-files", 2),
        pool(name + "-control", 2),
        replication(name + "-replication"));
  }

  /** Not JRaft's own threads: see {@code Lanes} in the transport. */
  private static FixedThreadsExecutorGroup replication(String name) {
    ExecutorService[] threads = {Workers.single(name + "-0"), Workers.single(name + "-1")};
    return DefaultFixedThreadsExecutorGroupFactory.INSTANCE.newExecutorGroup(threads);
  }

  private static ExecutorService pool(String name, int threads) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name(name + "-", 0).factory());
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  void close() {
    quick.shutdown();
    install.shutdown();
    files.shutdown();
    control.shutdown();
    boolean unused = replication.shutdownGracefully();
  }
}
