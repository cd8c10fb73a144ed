package io.hawser.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.balancer.core.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The time for a try ends one only when that gets the request somewhere else. */
class SlowButWorkingTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final int CLIENTS = 60;

  private BalancerRig rig;

  @BeforeEach
  void start() throws Exception {
    rig = new BalancerRig(1, Map.of());
  }

  @AfterEach
  void stop() throws Exception {
    rig.close();
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private int slowOrigin() throws Exception {
    return rig.origin(
            request ->
                rig.vertx.setTimer(1_500, id -> request.response().end("ok").onFailure(e -> {})))
        .actualPort();
  }

  @Test
  void who_may_not_be_sent_again_for_the_budget_waits_for_the_answer() throws Exception {
    rig.register("echo", "a", slowOrigin());
    rig.register("echo", "b", slowOrigin());
    rig.brief("/brief", "echo", 500, 20_000);

    List<Raw> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(new Raw(rig.port));
    }
    for (Raw raw : clients) {
      raw.send("GET", "/brief/");
    }
    List<Integer> statuses = new ArrayList<>();
    for (Raw raw : clients) {
      statuses.add(raw.answer(false).status());
      raw.close();
    }
    assertThat(statuses).containsOnly(200);
  }

  @Test
  void one_that_takes_no_connections_is_none_that_is_left() throws Exception {
    try (RawOrigin origin =
        new RawOrigin(
            connection -> {
              for (List<String> head = connection.head();
                  !head.isEmpty();
                  head = connection.head()) {
                if (head.getFirst().contains("/slow")) {
                  LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(700));
                }
                connection.write(OK);
              }
            })) {
      rig.register("echo", "a", origin.port());
      rig.register("echo", "b", closedPort());
      rig.brief("/brief", "echo", 300, 20_000);
      Endpoint refuses =
          rig.node.table().match("h", "/echo/").orElseThrow().pool().open().stream()
              .filter(e -> e.key().id().equals("b"))
              .findFirst()
              .orElseThrow();
      BalancerRig.until(
          "b is known to take no connections",
          () -> {
            try {
              return Raw.get(rig.port, "/echo/fast").status() == 200
                  && refuses.state().ejected(rig.context.time().nowNs());
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });

      assertThat(Raw.get(rig.port, "/brief/slow").status()).isEqualTo(200);
    }
  }
}
