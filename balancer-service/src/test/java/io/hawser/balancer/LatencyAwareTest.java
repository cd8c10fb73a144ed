package io.hawser.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Facet.Affinity;
import io.hawser.model.Facet.Route;
import io.hawser.model.Facet.Strategy;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import java.io.IOException;
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
    for (String id : List.of("a", "b", "c")) {
      rig.register("echo", id, rig.named(id).actualPort());
    }
    rig.register("echo", "holds", holding().port());
  }

  /**
   * @param responseMs how long an instance may take to answer
   */
  private void route(long responseMs) throws Exception {
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
            responseMs,
            0,
            0,
            0,
            0);
    rig.put(FacetKey.named(Kind.ROUTE, "fast"), route);
    BalancerRig.until(
        "the table takes the route in",
        () ->
            rig.node.table().match("h", "/fast/").map(t -> t.route().equals(route)).orElse(false));
  }

  /** Takes requests, and answers none before the end. */
  private RawOrigin holding() throws Exception {
    return new RawOrigin(
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
  }

  @AfterEach
  void stop() throws Exception {
    over.countDown();
    rig.close();
  }

  @Test
  void one_that_held_its_first_request_gets_no_second_one() throws Exception {
    route(300);
    answered();
    assertThat(held).hasValue(1);
  }

  @Test
  void one_that_holds_its_first_request_gets_no_second_one_meanwhile() throws Exception {
    route(30_000);
    for (int i = 0; i < REQUESTS && held.get() == 0; i++) {
      int before = held.get();
      Thread one = Thread.ofVirtual().start(this::get);
      BalancerRig.until("it is answered or held", () -> held.get() > before || !one.isAlive());
    }
    answered();
    assertThat(held).hasValue(1);
  }

  private void answered() throws IOException {
    for (int i = 0; i < REQUESTS; i++) {
      assertThat(Raw.get(rig.port, "/fast/").status()).isEqualTo(200);
    }
  }

  private void get() {
    try {
      Raw.Answer unused = Raw.get(rig.port, "/fast/");
    } catch (IOException held) {
      // As long as it is held the client waits, and then no longer: what counts is who was asked.
    }
  }
}
