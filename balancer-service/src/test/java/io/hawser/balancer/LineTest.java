package io.hawser.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests that wait for a connection, by a clock that only the test moves. */
class LineTest {
  private static final long WAIT_NS = 1_600_000_000L;

  private final CountDownLatch over = new CountDownLatch(1);
  private final AtomicLong laterNs = new AtomicLong();
  private BalancerRig rig;

  @BeforeEach
  void start() throws Exception {
    rig = new BalancerRig(1, Map.of("balancer.connections-per-instance", "1"));
    for (String id : new String[] {"a", "b"}) {
      RawOrigin silent =
          new RawOrigin(
              connection -> {
                connection.head();
                try {
                  over.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
      rig.register("echo", id, silent.port());
    }
    long startNs = System.nanoTime();
    rig.aheadNs = () -> startNs + laterNs.get() - System.nanoTime();
  }

  @AfterEach
  void stop() throws Exception {
    over.countDown();
    rig.close();
  }

  @Test
  void who_has_waited_at_one_instance_does_not_wait_as_long_at_the_next() throws Exception {
    try (Raw first = new Raw(rig.port);
        Raw second = new Raw(rig.port);
        Raw third = new Raw(rig.port)) {
      first.send("GET", "/echo/");
      rig.awaitAtWork("/echo/", 1);
      second.send("GET", "/echo/");
      rig.awaitAtWork("/echo/", 2);
      third.send("GET", "/echo/");
      rig.awaitAtWork("/echo/", 3);

      laterNs.set(WAIT_NS);

      Raw.Answer answer = third.answer(false);
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.header("hawser-error")).contains("overloaded");
      assertThat(answer.header("retry-after")).isPresent();
    }
  }
}
