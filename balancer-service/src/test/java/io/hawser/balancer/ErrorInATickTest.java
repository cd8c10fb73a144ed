package io.hawser.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is thrown in a tick of a loop, and is no exception. */
class ErrorInATickTest {
  @Test
  void a_want_of_memory_in_one_tick_leaves_the_others_their_time() throws Exception {
    BalancerRig rig = new BalancerRig(1, Map.of());
    try (RawOrigin origin =
        new RawOrigin(
            connection -> {
              connection.head();
              connection.head();
            })) {
      rig.register("echo", "a", origin.port());
      rig.brief("/brief", "echo", 0, 300);
      CountDownLatch failed = new CountDownLatch(1);
      rig.aheadNs =
          () -> {
            boolean proxy = Thread.currentThread().getName().contains("hawser-proxy");
            if (failed.getCount() > 0 && proxy) {
              failed.countDown();
              // As Netty does when there is no direct memory left.
              throw new OutOfMemoryError("once");
            }
            return 0;
          };
      assertThat(failed.await(10, TimeUnit.SECONDS)).isTrue();

      try (Raw raw = new Raw(rig.port)) {
        raw.socket.setSoTimeout(10_000);
        assertThat(raw.send("GET", "/brief/").answer(false).status()).isEqualTo(504);
      }
    } finally {
      rig.close();
    }
  }
}
