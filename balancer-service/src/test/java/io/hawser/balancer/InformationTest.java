package io.hawser.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Information before an answer is handed on no faster than its client reads. */
class InformationTest {
  private static final String HINT =
      "HTTP/1.1 103 Early Hints\r\nLink: " + "x".repeat(8_000) + "\r\n\r\n";

  /** Far more than sockets hold. */
  private static final int HINTS = 8_000;

  private static final int UNDER_WAY = 4_000;

  /** The value when it has not changed for a while. */
  private static int settled(AtomicInteger value) {
    int last = -1;
    long sinceNs = System.nanoTime();
    while (System.nanoTime() - sinceNs < TimeUnit.MILLISECONDS.toNanos(700)) {
      if (value.get() != last) {
        last = value.get();
        sinceNs = System.nanoTime();
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
    return last;
  }

  @Test
  void an_instance_that_hints_on_and_on_is_read_no_faster_than_its_client_reads() throws Exception {
    BalancerRig rig = new BalancerRig(1, Map.of());
    AtomicInteger hints = new AtomicInteger();
    try (RawOrigin origin =
        new RawOrigin(
            connection -> {
              connection.head();
              for (int i = 0; i < HINTS; i++) {
                connection.write(HINT);
                hints.incrementAndGet();
              }
              connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            })) {
      rig.register("echo", "a", origin.port());
      try (Raw raw = new Raw(rig.port)) {
        raw.send("GET", "/echo/");
        assertThat(settled(hints)).isPositive().isLessThan(UNDER_WAY);

        for (int i = 0; i < HINTS; i++) {
          assertThat(raw.answer(false).status()).isEqualTo(103);
        }
        assertThat(raw.answer(false).body()).isEqualTo("ok");
      }
    } finally {
      rig.close();
    }
  }
}
