package io.hawser.balancer.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.balancer.BalancerRig;
import io.hawser.balancer.core.Endpoint;
import io.hawser.balancer.core.EndpointState;
import io.hawser.balancer.core.OriginTls;
import io.hawser.balancer.plane.BalancerSettings;
import io.hawser.balancer.plane.OriginContexts;
import io.hawser.balancer.plane.Transport;
import io.hawser.model.InstanceKey;
import io.netty.channel.ChannelException;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LaneTest {
  private static final long SHALLOW = 192 * 1024;

  private static Endpoint nowhere() {
    return new Endpoint(
        new InstanceKey("echo", "a"),
        "one",
        "no-such-host.invalid",
        1,
        1,
        "",
        "",
        OriginTls.NONE,
        new EndpointState());
  }

  @Test
  void what_this_process_lacks_is_not_the_instances_fault() {
    Throwable files = new IOException("accept4(..) failed: Too many open files");

    assertThat(Lane.ours(files)).isTrue();
    assertThat(Lane.ours(new ChannelException("Unable to create Channel", files))).isTrue();
    assertThat(Lane.ours(new BindException("Cannot assign requested address"))).isTrue();
    assertThat(Lane.ours(new IOException("writev(..) failed: No buffer space available"))).isTrue();
  }

  @Test
  void a_refused_connection_is() {
    assertThat(Lane.ours(new ConnectException("Connection refused: /127.0.0.1:9"))).isFalse();
    assertThat(Lane.ours(new ConnectException())).isFalse();
  }

  @Test
  void a_connection_that_was_given_up_here_is_not_the_instances_fault() {
    Counter rider = new Counter(new AtomicInteger());

    Lane.refused(new ConnectException("Connection refused: /127.0.0.1:9"), rider);
    assertThat(rider.unresolved.getCount()).isOne();
    Lane.refused(new ClosedChannelException(), rider);
    assertThat(rider.unresolved.getCount()).isZero();
  }

  /** Counts what it hears. */
  private static final class Counter implements Lane.Rider {
    final AtomicInteger crowded;
    final CountDownLatch unresolved = new CountDownLatch(1);

    Counter(AtomicInteger crowded) {
      this.crowded = crowded;
    }

    @Override
    public long patienceNs() {
      return 1_000_000_000L;
    }

    @Override
    public void connected(Back back) {}

    @Override
    public void unreachable(String why) {}

    @Override
    public void unresolved(String why) {
      unresolved.countDown();
    }

    @Override
    public void crowded() {
      crowded.incrementAndGet();
    }
  }

  @Test
  void a_long_line_for_what_cannot_be_had_needs_no_deep_stack() throws Exception {
    BalancerRig rig = new BalancerRig(1, Map.of("balancer.connections-per-instance", "1"));
    ThreadFactory shallow = task -> new Thread(null, task, "shallow", SHALLOW);
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, shallow, NioIoHandler.newFactory());
    try {
      EventLoop eventLoop = group.next();
      Loop loop =
          new Loop(
              rig.node,
              eventLoop,
              Transport.of("nio"),
              new OriginContexts(""),
              Optional.empty(),
              1);
      Lane lane = new Lane(loop, nowhere());
      AtomicInteger crowded = new AtomicInteger();
      List<Counter> all = new ArrayList<>();
      eventLoop
          .submit(
              () -> {
                for (int i = 0; i <= BalancerSettings.WAITING_PER_INSTANCE; i++) {
                  all.add(new Counter(crowded));
                  lane.board(all.getLast(), 0);
                }
              })
          .get();
      for (Counter rider : all) {
        assertThat(rider.unresolved.await(20, TimeUnit.SECONDS)).isTrue();
      }
      assertThat(crowded).hasValue(0);
    } finally {
      Object unused = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
      rig.close();
    }
  }

  @Test
  void who_does_not_wait_any_more_makes_room_in_the_line() throws Exception {
    BalancerRig rig = new BalancerRig(1, Map.of("balancer.connections-per-instance", "1"));
    EmbeddedChannel channel = new EmbeddedChannel();
    try {
      Loop loop =
          new Loop(
              rig.node,
              channel.eventLoop(),
              Transport.of("nio"),
              new OriginContexts(""),
              Optional.empty(),
              1);
      Lane lane = new Lane(loop, nowhere());
      AtomicInteger crowded = new AtomicInteger();
      // The one connection that there may be: it is never made, as nothing runs the loop.
      lane.board(new Counter(crowded), 0);
      List<Counter> waiting = new ArrayList<>();
      for (int i = 0; i < BalancerSettings.WAITING_PER_INSTANCE; i++) {
        waiting.add(new Counter(crowded));
        lane.board(waiting.getLast(), 0);
      }
      assertThat(crowded).hasValue(0);
      lane.board(new Counter(crowded), 0);
      assertThat(crowded).hasValue(1);

      waiting.forEach(lane::leave);
      lane.board(new Counter(crowded), 0);
      assertThat(crowded).hasValue(1);
    } finally {
      boolean unused = channel.finishAndReleaseAll();
      rig.close();
    }
  }
}
