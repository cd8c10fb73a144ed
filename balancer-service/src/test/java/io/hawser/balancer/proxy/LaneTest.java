package io.hawser.balancer.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;

class LaneTest {
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
}
