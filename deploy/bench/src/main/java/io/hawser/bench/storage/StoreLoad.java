package io.hawser.bench.storage;

import io.hawser.drill.wire.HttpReply;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.HdrHistogram.Histogram;

/**
 * A load on one thread with a selector, so that it takes little of the processors that it shares
 * with the servers. Closed: each connection sends its next request when the last was answered.
 * Open: requests have times at which they are to start, their latency counts from these, and those
 * that find no idle connection wait. Not thread-safe.
 */
public final class StoreLoad implements AutoCloseable {
  private static final long MAX_NS = TimeUnit.SECONDS.toNanos(60);
  private static final Duration LONGEST = Duration.ofMinutes(30);

  private final Selector selector;
  private final List<Pipe> pipes = new ArrayList<>();
  private final LongFunction<byte[]> requests;
  private final Deque<Pipe> idle = new ArrayDeque<>();
  private long number;
  private Histogram latencies = new Histogram(MAX_NS, 3);
  private long failed;

  /**
   * What was measured.
   *
   * @param failed answers with another status than 2xx
   */
  public record Measured(long answered, long failed, double seconds, Histogram latenciesNs) {
    public double perSecond() {
      return answered / seconds;
    }
  }

  /**
   * @param targets over which the connections are spread
   * @param requests the request with this number, from 0
   */
  public StoreLoad(List<InetSocketAddress> targets, int connections, LongFunction<byte[]> requests)
      throws IOException {
    this.selector = Selector.open();
    this.requests = requests;
    for (int i = 0; i < connections; i++) {
      pipes.add(new Pipe(targets.get(i % targets.size()), selector));
    }
    idle.addAll(pipes);
  }

  /** A closed loop for so long. */
  Measured closed(Duration time) throws IOException {
    return run(time, 0, Long.MAX_VALUE);
  }

  /** A closed loop of so many requests. */
  public Measured counted(long count) throws IOException {
    return run(LONGEST, 0, count);
  }

  /** An open loop at so many requests a second. */
  Measured open(Duration time, int perSecond) throws IOException {
    return run(time, TimeUnit.SECONDS.toNanos(1) / perSecond, Long.MAX_VALUE);
  }

  /** At the end it waits for what is under way, which still counts. */
  private Measured run(Duration time, long everyNs, long count) throws IOException {
    latencies = new Histogram(MAX_NS, 3);
    failed = 0;
    long startNs = System.nanoTime();
    long lengthNs = time.toNanos();
    long dueNs = startNs;
    long sent = 0;
    while (true) {
      long nowNs = System.nanoTime();
      boolean over = nowNs - startNs >= lengthNs || sent >= count;
      while (!over && sent < count && !idle.isEmpty() && (everyNs == 0 || nowNs - dueNs >= 0)) {
        idle.remove().send(requests.apply(number++), everyNs == 0 ? nowNs : dueNs);
        dueNs += everyNs;
        sent++;
      }
      if (over && idle.size() == pipes.size()) {
        return new Measured(latencies.getTotalCount(), failed, (nowNs - startNs) / 1e9, latencies);
      }
      if (nowNs - startNs > lengthNs + MAX_NS) {
        throw new IOException("no answer for " + TimeUnit.NANOSECONDS.toSeconds(MAX_NS) + " s");
      }
      select(over || everyNs == 0 || idle.isEmpty() ? lengthNs : dueNs - nowNs);
    }
  }

  private void select(long ns) throws IOException {
    long ms = Math.clamp(TimeUnit.NANOSECONDS.toMillis(ns), 0, 1_000);
    int unused = ms == 0 ? selector.selectNow() : selector.select(ms);
    for (SelectionKey key : selector.selectedKeys()) {
      Pipe pipe = (Pipe) key.attachment();
      if (key.isWritable()) {
        pipe.flush();
      }
      if (key.isReadable()) {
        read(pipe);
      }
    }
    selector.selectedKeys().clear();
  }

  private void read(Pipe pipe) throws IOException {
    if (!pipe.read()) {
      throw new IOException("a server closed its connection");
    }
    Optional<HttpReply> reply = pipe.answers.next();
    if (reply.isPresent()) {
      latencies.recordValue(Math.clamp(System.nanoTime() - pipe.intendedNs, 1, MAX_NS));
      failed += reply.get().ok() ? 0 : 1;
      idle.add(pipe);
    }
  }

  @Override
  public void close() throws IOException {
    for (Pipe pipe : pipes) {
      pipe.close();
    }
    selector.close();
  }
}
