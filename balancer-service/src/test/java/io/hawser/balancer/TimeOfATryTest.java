package io.hawser.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.balancer.core.Endpoint;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The time of a try, by a clock that only the test moves. */
class TimeOfATryTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private BalancerRig rig;

  @BeforeEach
  void start() throws Exception {
    rig = new BalancerRig(1, Map.of("balancer.connections-per-instance", "1"));
  }

  @AfterEach
  void stop() throws Exception {
    rig.close();
  }

  @Test
  void the_time_of_the_try_before_is_not_that_of_the_next_one() throws Exception {
    CountDownLatch die = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    try (RawOrigin dies =
            new RawOrigin(
                connection -> {
                  List<String> unused = connection.head();
                  await(die);
                });
        RawOrigin works =
            new RawOrigin(
                connection -> {
                  while (!connection.head().isEmpty()) {
                    await(goOn);
                    connection.write(OK);
                  }
                });
        Raw blocker = new Raw(rig.port);
        Raw raw = new Raw(rig.port)) {
      rig.register("echo", "works", works.port());
      rig.brief("/brief", "echo", 1_000, 20_000);
      blocker.send("GET", "/echo/");
      BalancerRig.until("it is asked", () -> active("works") == 1);
      rig.register("echo", "dies", dies.port());
      AtomicLong laterNs = new AtomicLong();
      AtomicInteger looks = new AtomicInteger();
      stopTheClock(laterNs, looks);

      raw.send("GET", "/brief/");
      BalancerRig.until("the idle one is asked", () -> active("dies") == 1);
      die.countDown();
      BalancerRig.until("it waits for the other", () -> active("works") == 2);
      // Past the time of the first try, but neither past that in a line nor the whole time.
      laterNs.set(TimeUnit.MILLISECONDS.toNanos(1_200));
      int before = looks.get();
      BalancerRig.until("the loop has seen that", () -> looks.get() > before + 2);
      goOn.countDown();

      assertThat(raw.answer(false).status()).isEqualTo(200);
      assertThat(blocker.answer(false).status()).isEqualTo(200);
    }
  }

  private void stopTheClock(AtomicLong laterNs, AtomicInteger looks) {
    long startNs = System.nanoTime();
    rig.aheadNs =
        () -> {
          if (Thread.currentThread().getName().contains("hawser-proxy")) {
            looks.incrementAndGet();
          }
          return startNs + laterNs.get() - System.nanoTime();
        };
  }

  private int active(String id) {
    return rig.node.table().match("h", "/echo/").orElseThrow().pool().open().stream()
        .filter(endpoint -> endpoint.key().id().equals(id))
        .mapToInt(Endpoint::active)
        .sum();
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      boolean unused = latch.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
