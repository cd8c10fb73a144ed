package io.hawser.drill.kv;

import io.hawser.drill.cluster.Wait;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Writes one key after the other to any store, each until it is acknowledged: at the next node when
 * one fails, or does not answer in time. Not thread-safe.
 */
public final class WriterTask implements Task {
  private static final int ATTEMPT_MS = 500;
  private static final Duration PAUSE = Duration.ofMillis(5);
  private static final long GIVE_UP_NS = TimeUnit.SECONDS.toNanos(30);
  private static final int KEYS = 64;
  private static final byte[] VALUE = "v".repeat(256).getBytes(StandardCharsets.US_ASCII);

  private final int number;
  private final NodeRing nodes;
  private final Dialect dialect;
  private final Stopwatch watch;
  private final Acks acks;
  private long count;

  public WriterTask(
      int number, List<InetSocketAddress> nodes, Dialect dialect, Stopwatch watch, Acks acks) {
    this.number = number;
    this.nodes = new NodeRing(nodes, number);
    this.dialect = dialect;
    this.watch = watch;
    this.acks = acks;
  }

  @Override
  public void once() {
    String key = "gap/" + number + "/" + ++count % KEYS;
    byte[] put = dialect.put(key, VALUE, "gap-" + number + ":" + count);
    long startNs = watch.nowNs();
    while (watch.nowNs() - startNs < GIVE_UP_NS) {
      if (attempt(put)) {
        acks.add(watch.nowNs(), number);
        return;
      }
      nodes.turn();
      Wait.pass(PAUSE);
    }
  }

  private boolean attempt(byte[] put) {
    try {
      return nodes.exchange(put, ATTEMPT_MS).ok();
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    nodes.close();
  }
}
