package io.hawser.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.balancer.core.Endpoint;
import io.hawser.testing.Await;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A service that is made exclusive while requests are under way to it. */
class TurnedExclusiveTest {
  private BalancerRig rig;

  @BeforeEach
  void start() throws Exception {
    rig = new BalancerRig(1, Map.of("balancer.connections-per-instance", "1"));
  }

  @AfterEach
  void stop() throws Exception {
    rig.close();
  }

  /** From now on nobody but this one, which was not there before. */
  private void onlyTo(String id) throws Exception {
    rig.register("echo", id, rig.named(id).actualPort());
    ExclusiveProxyTest.exclusive(rig);
    ExclusiveProxyTest.activate(rig, id, 1);
    Await.until(
        id + " alone is routed",
        () ->
            rig.node.table().match("h", "/echo/").orElseThrow().pool().routable().stream()
                .map(endpoint -> endpoint.key().id())
                .toList()
                .equals(List.of(id)),
        ExclusiveProxyTest.LONG);
  }

  @Test
  void a_tunnel_from_before_ends_when_another_is_active() throws Exception {
    try (RawOrigin origin = ExclusiveProxyTest.reader(new CompletableFuture<>())) {
      rig.register("echo", "b", origin.port());
      ExclusiveProxyTest.awaitStatus(rig, "/echo/", 200);
      try (Raw raw = new Raw(rig.port)) {
        raw.send("GET", "/echo/", "Upgrade: x", "Connection: upgrade");
        assertThat(raw.answer(true).status()).isEqualTo(101);

        onlyTo("a");

        assertThat(ExclusiveProxyTest.ends(raw)).isTrue();
      }
    }
  }

  @Test
  void what_stood_in_line_before_is_not_sent_where_nothing_goes_any_more() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    CompletableFuture<Boolean> second = new CompletableFuture<>();
    try (RawOrigin origin =
        new RawOrigin(
            connection -> {
              connection.head();
              try {
                boolean unused = goOn.await(60, TimeUnit.SECONDS);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              connection.write("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nold");
              second.complete(!connection.head().isEmpty());
            })) {
      rig.register("echo", "b", origin.port());
      Endpoint old = rig.node.table().match("h", "/echo/").orElseThrow().pool().open().getFirst();
      try (Raw blocker = new Raw(rig.port);
          Raw raw = new Raw(rig.port)) {
        blocker.send("GET", "/echo/");
        BalancerRig.until("it is asked", () -> old.active() == 1);
        // Nobody's patience ends.
        long startNs = System.nanoTime();
        rig.aheadNs = () -> startNs - System.nanoTime();
        raw.send("POST", "/echo/", "Content-Length: 0");
        BalancerRig.until("the next one waits", () -> old.active() == 2);

        onlyTo("a");
        goOn.countDown();

        assertThat(blocker.answer(false).body()).isEqualTo("old");
        assertThat(raw.answer(false).status()).isEqualTo(503);
        assertThat(second.get(10, TimeUnit.SECONDS)).isFalse();
      }
    }
  }
}
