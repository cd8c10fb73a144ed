package io.hawser.drill.scenario;

import io.hawser.drill.wire.HttpConnection;
import io.hawser.drill.wire.HttpRequest;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Detectors of simpler kinds beside the one that is measured, for one address: they ask it for
 * {@code /health} once a second over a kept-alive connection, as a registry node does, and each
 * makes of the same answers what it can.
 *
 * <ul>
 *   <li><b>deadline only</b>: down when no answer has come for three seconds;
 *   <li><b>phi only</b>: down when φ of the gaps between answers is over 8 (Hayashibara et al.,
 *       2004; standard deviation at least 100 ms);
 *   <li><b>single observer</b>: down after three failures in a row, each of at most a second.
 * </ul>
 *
 * One thread that asks, one that looks at the clock; {@link #after} from any.
 */
final class Rivals implements AutoCloseable {
  static final List<String> NAMES = List.of("deadlineOnly", "phiOnly", "singleObserver");

  private static final byte[] REQUEST = HttpRequest.bytes("GET", "/health", Map.of());
  private static final long EVERY_NS = TimeUnit.SECONDS.toNanos(1);
  private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final int TIMEOUT_MS = 1_000;
  private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(3);
  private static final int FALL = 3;
  private static final int GAPS = 100;
  private static final double LEAST_SIGMA_NS = 1e8;
  private static final double PHI = 8;

  /** When a detector last began to call it down. */
  private static final class Call {
    private boolean down;
    private long sinceNs;

    void judge(boolean isDown, long nowNs) {
      if (isDown && !down) {
        sinceNs = nowNs;
      }
      down = isDown;
    }
  }

  private final InetSocketAddress target;
  private final Thread asking;
  private final Thread looking;
  private final Call deadline = new Call();
  private final Call phi = new Call();
  private final Call single = new Call();
  private final List<Double> gapsNs = new ArrayList<>();
  private long answeredNs = System.nanoTime();
  private int failures;
  private volatile boolean over;

  private Rivals(InetSocketAddress target) {
    this.target = target;
    this.asking = Thread.ofPlatform().daemon().name("rivals-ask").unstarted(this::ask);
    this.looking = Thread.ofPlatform().daemon().name("rivals-look").unstarted(this::look);
  }

  static Rivals start(InetSocketAddress target) {
    Rivals rivals = new Rivals(target);
    rivals.asking.start();
    rivals.looking.start();
    return rivals;
  }

  private void ask() {
    HttpConnection connection = null;
    while (!over) {
      long startNs = System.nanoTime();
      try {
        if (connection == null) {
          connection = HttpConnection.open(target, TIMEOUT_MS);
        }
        answered(connection.exchange(REQUEST, TIMEOUT_MS).status() / 100 == 2);
      } catch (IOException e) {
        answered(false);
      }
      if (connection != null && !connection.reusable()) {
        connection.close();
        connection = null;
      }
      pause(startNs + EVERY_NS);
    }
    if (connection != null) {
      connection.close();
    }
  }

  private void look() {
    while (!over) {
      judge();
      pause(System.nanoTime() + LOOK_NS);
    }
  }

  private void pause(long untilNs) {
    for (long leftNs = untilNs - System.nanoTime();
        leftNs > 0 && !over;
        leftNs = untilNs - System.nanoTime()) {
      LockSupport.parkNanos(leftNs);
    }
  }

  private synchronized void answered(boolean ok) {
    long nowNs = System.nanoTime();
    if (ok) {
      // An outage is no gap to learn from.
      if (failures == 0) {
        gapsNs.add((double) (nowNs - answeredNs));
      }
      if (gapsNs.size() > GAPS) {
        gapsNs.removeFirst();
      }
      answeredNs = nowNs;
    }
    failures = ok ? 0 : failures + 1;
    judge();
  }

  private synchronized void judge() {
    long nowNs = System.nanoTime();
    deadline.judge(nowNs - answeredNs > DEADLINE_NS, nowNs);
    phi.judge(phi((double) (nowNs - answeredNs)) > PHI, nowNs);
    single.judge(failures >= FALL, nowNs);
  }

  /** How improbable so long a silence is, as the negative decimal logarithm; 0 of a single gap. */
  private double phi(double silenceNs) {
    if (gapsNs.size() < 2) {
      return 0;
    }
    double mean = gapsNs.stream().mapToDouble(Double::doubleValue).average().orElse(0);
    double variance =
        gapsNs.stream().mapToDouble(gap -> (gap - mean) * (gap - mean)).average().orElse(0);
    double y = (silenceNs - mean) / Math.max(LEAST_SIGMA_NS, Math.sqrt(variance));
    // The logistic approximation of the normal distribution, as in the paper's implementations.
    double e = Math.exp(-y * (1.5976 + 0.070566 * y * y));
    return silenceNs > mean ? -Math.log10(e / (1 + e)) : -Math.log10(1 - 1 / (1 + e));
  }

  /** In milliseconds from a moment on, for each that calls it down since. */
  synchronized JsonObject after(long startNs) {
    JsonObject times = new JsonObject();
    List<Call> calls = List.of(deadline, phi, single);
    for (int i = 0; i < calls.size(); i++) {
      Call call = calls.get(i);
      if (call.down && call.sinceNs - startNs >= 0) {
        times.put(NAMES.get(i), (call.sinceNs - startNs) / 1e6);
      }
    }
    return times;
  }

  @Override
  public void close() {
    over = true;
    LockSupport.unpark(asking);
    LockSupport.unpark(looking);
  }
}
