package io.hawser.bench.gateway.soak;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** The clients of a soak, each kind as many at once as asked for. Thread-safe. */
final class Crowd {
  private static final int AT_ONCE = 64;
  private static final int STREAMS = 4;
  private static final String SMALL = "/soak/small";
  private static final long DRIBBLE_NS = TimeUnit.MILLISECONDS.toNanos(400);

  /** Something that a client does. */
  interface Deed {
    void run(int number) throws IOException;
  }

  private final int port;
  private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
  private final List<Client> idle = new ArrayList<>();

  Crowd(int port) {
    this.port = port;
  }

  /** The failures since the last time; empty when there were none. */
  String failures() {
    List<String> taken = new ArrayList<>();
    for (String next = failures.poll(); next != null; next = failures.poll()) {
      taken.add(next);
    }
    return taken.isEmpty() ? "" : taken.size() + ", first: " + taken.getFirst();
  }

  /** Connects so many, each of which asks once and then says nothing. */
  void idle(int count) {
    each(
        count,
        AT_ONCE,
        i -> {
          Client client = new Client(port);
          synchronized (idle) {
            idle.add(client);
          }
          long unused = client.get(SMALL);
        });
  }

  /** Has each of those that are idle ask once more. */
  void wake() {
    each(idle.size(), AT_ONCE, i -> idle.get(i).get(SMALL));
  }

  /** So many bytes down and as many up, at the same time. */
  void stream(long bytes) {
    long part = bytes / STREAMS;
    each(
        2 * STREAMS,
        2 * STREAMS,
        i -> {
          try (Client client = new Client(port)) {
            long seen =
                i % 2 == 0 ? client.get("/soak/bytes/" + part) : client.put("/soak/count", part);
            if (seen != part) {
              throw new IOException(seen + " of " + part + " bytes");
            }
          }
        });
  }

  /** Clients that send a byte now and then, of a head or a body: each has to be told 408. */
  void slow(int count, Duration patience) {
    each(
        count,
        count,
        i -> {
          try (Client client = new Client(port)) {
            client.send(
                i % 2 == 0
                    ? "GET " + SMALL + " HTTP/1.1\r\nX"
                    : "PUT " + SMALL + " HTTP/1.1\r\nHost: h\r\nContent-Length: 9999\r\n\r\n");
            long startNs = System.nanoTime();
            while (!client.heard()) {
              if (System.nanoTime() - startNs > patience.toNanos()) {
                throw new IOException("nobody minded how slow it was");
              }
              client.send("x");
              LockSupport.parkNanos(DRIBBLE_NS);
            }
            long unused = client.answer(408);
          }
        });
  }

  /** Connections that come and go: some ask, some go in the middle of it. */
  void churn(int count) {
    each(
        count,
        AT_ONCE,
        i -> {
          try (Client client = new Client(port)) {
            switch (i % 8) {
              case 5 -> client.send("GET " + SMALL + " HT");
              case 6 -> client.send("GET /soak/bytes/1000000 HTTP/1.1\r\nHost: h\r\n\r\n");
              case 7 ->
                  client.send(
                      "PUT " + SMALL + " HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nx");
              default -> {
                long unused = client.get(SMALL);
              }
            }
          }
        });
  }

  /** Has it done so often, by so many at once. */
  void each(int count, int atOnce, Deed deed) {
    Semaphore free = new Semaphore(atOnce);
    CountDownLatch left = new CountDownLatch(count);
    for (int i = 0; i < count; i++) {
      int number = i;
      free.acquireUninterruptibly();
      Thread unused =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      deed.run(number);
                    } catch (IOException e) {
                      failures.add(e.toString());
                    } finally {
                      free.release();
                      left.countDown();
                    }
                  });
    }
    try {
      left.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Asks again and again, on one connection; returns what tells it to stop. */
  Probe probe() {
    return new Probe(port);
  }

  /** A client that only wants its few bytes, all the time. */
  static final class Probe implements AutoCloseable {
    private static final long EVERY_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private final AtomicLong worstNs = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong asked = new AtomicLong();
    private final Thread thread;
    private volatile boolean stopped;

    Probe(int port) {
      thread = Thread.ofPlatform().start(() -> run(port));
    }

    private void run(int port) {
      while (!stopped) {
        try (Client client = new Client(port)) {
          while (!stopped) {
            long startNs = System.nanoTime();
            long unused = client.get(SMALL);
            worstNs.accumulateAndGet(System.nanoTime() - startNs, Math::max);
            asked.incrementAndGet();
            LockSupport.parkNanos(EVERY_NS);
          }
        } catch (IOException e) {
          failed.incrementAndGet();
        }
      }
    }

    long asked() {
      return asked.get();
    }

    long failed() {
      return failed.get();
    }

    /** The longest that an answer took, since the last time. */
    long takeWorstMs() {
      return TimeUnit.NANOSECONDS.toMillis(worstNs.getAndSet(0));
    }

    @Override
    public void close() {
      stopped = true;
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Ends those that are idle. */
  void leave() {
    each(idle.size(), AT_ONCE, i -> idle.get(i).close());
  }
}
