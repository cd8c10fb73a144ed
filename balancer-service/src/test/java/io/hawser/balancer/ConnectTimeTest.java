package io.hawser.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Instances whose host says nothing to who wants to connect, by a clock that only tests move. */
class ConnectTimeTest {
  private static final long RESPONSE_MS = 300;
  private static final long LATER_NS = 400_000_000;

  /** More than the system completes for a listener that accepts none. */
  private static final int FULL = 8;

  private final AtomicLong laterNs = new AtomicLong();
  private final List<SocketChannel> crowd = new ArrayList<>();
  private BalancerRig rig;
  private ServerSocket mute;

  @BeforeEach
  void start() throws Exception {
    rig = new BalancerRig(1, Map.of());
    mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    for (int i = 0; i < FULL; i++) {
      SocketChannel one = SocketChannel.open();
      one.configureBlocking(false);
      boolean unused =
          one.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), mute.getLocalPort()));
      crowd.add(one);
    }
    rig.register("echo", "a", mute.getLocalPort());
    rig.brief("/brief/", "echo", 0, RESPONSE_MS);
    long startNs = System.nanoTime();
    rig.aheadNs = () -> startNs + laterNs.get() - System.nanoTime();
  }

  @AfterEach
  void stop() throws Exception {
    for (SocketChannel one : crowd) {
      one.close();
    }
    mute.close();
    rig.close();
  }

  @Test
  void connecting_takes_no_longer_than_the_route_allows_for_an_answer() throws Exception {
    try (Raw raw = new Raw(rig.port)) {
      raw.send("GET", "/brief/");
      rig.awaitAtWork("/brief/", 1);

      laterNs.set(LATER_NS);

      Raw.Answer answer = raw.answer(false);
      assertThat(answer.status()).isEqualTo(504);
      assertThat(answer.header("hawser-error")).contains("upstream-timeout");
    }
  }
}
