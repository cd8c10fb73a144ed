package io.hawser.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Facet.Affinity;
import io.hawser.model.Facet.Route;
import io.hawser.model.Facet.Strategy;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the pipeline tells a strategy that looks at latencies. */
class LatencyAwareTest {
  private static final int REQUESTS = 60;
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private final CountDownLatch over = new CountDownLatch(1);
  private final AtomicInteger held = new AtomicInteger();
  private BalancerRig rig;

  @BeforeEach
  void start() throws Exception {
    rig = new BalancerRig(1, Map.of());
    Route route =
        new Route(
            "echo",
            "",
            "/fast",
            true,
            Strategy.PEAK_EWMA,
            Affinity.NONE,
            "",
            Map.of(),
            0,
            300,
            0,
            0,
            0,
            0);
    rig.put(FacetKey.named(Kind.ROUTE, "fast"), route);
    for (String id : List.of("a", "b", "c")) {
      rig.register("echo", id, rig.named(id).actualPort());
    }
    BalancerRig.until(
        "the table takes the route in",
        () ->
            rig.node.table().match("h", "/fast/").map(t -> t.route().equals(route)).orElse(false));
  }

  @AfterEach
  void stop() throws Exception {
    over.countDown();
    rig.close();
  }

  @Test
  void one_that_holds_its_first_request_gets_no_second_one() throws Exception {
    RawOrigin holds =
        new RawOrigin(
            connection -> {
              while (!connection.head().isEmpty()) {
                held.incrementAndGet();
                try {
                  over.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
                connection.write(OK);
              }
            });
    rig.register("echo", "holds", holds.port());

    for (int i = 0; i < REQUESTS; i++) {
      assertThat(Raw.get(rig.port, "/fast/").status()).isEqualTo(200);
    }

    assertThat(held).hasValue(1);
  }
}
