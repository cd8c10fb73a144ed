package io.hawser.balancer.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.balancer.BalancerRig;
import io.hawser.balancer.core.Endpoint;
import io.hawser.balancer.plane.OriginContexts;
import io.hawser.balancer.plane.Transport;
import io.hawser.balancer.wire.Body;
import io.hawser.balancer.wire.Framing;
import io.hawser.balancer.wire.Head;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.io.IOException;
import java.nio.channels.NotYetConnectedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BackTest {
  /** Fails on the head of an answer when it is told to. */
  private static final class Recorder implements Back.Holder {
    final List<String> heard = new ArrayList<>();
    long framing = Framing.NONE;
    boolean fails;

    @Override
    public void information(Head head) {
      heard.add("information");
    }

    @Override
    public void answered(Head head, Body body) {
      heard.add("answered " + head.status());
      body.begin(framing);
      if (fails) {
        throw new IllegalStateException("a fault of ours");
      }
    }

    @Override
    public void answerPiece(ByteBuf piece) {
      piece.release();
    }

    @Override
    public void answerEnded(byte[] trailers) {
      heard.add("ended");
    }

    @Override
    public void garbled(String detail) {
      heard.add("garbled");
    }

    @Override
    public void lost(boolean begun, Back.Loss how) {
      heard.add("lost " + how);
    }

    @Override
    public boolean uploadFailed() {
      heard.add("upload failed");
      return true;
    }

    @Override
    public void instanceWritable(boolean writable) {}

    @Override
    public boolean instanceHalfClosed() {
      return false;
    }

    @Override
    public @Nullable Front front() {
      return null;
    }
  }

  private final Recorder holder = new Recorder();
  private BalancerRig rig;
  private Lane lane;
  private Back back;
  private EmbeddedChannel channel;

  @BeforeEach
  void start() throws Exception {
    rig = new BalancerRig(1, Map.of());
    rig.register("echo", "a", rig.named("a").actualPort());
    Endpoint endpoint =
        rig.node.table().match("h", "/echo/").orElseThrow().pool().open().getFirst();
    channel = new EmbeddedChannel();
    Loop loop =
        new Loop(
            rig.node,
            channel.eventLoop(),
            Transport.of("nio"),
            new OriginContexts(""),
            Optional.empty(),
            1);
    lane = new Lane(loop, endpoint);
    back = new Back(lane);
    channel.pipeline().addLast(back);
    back.hold(holder);
  }

  @AfterEach
  void stop() throws Exception {
    boolean unused = channel.finishAndReleaseAll();
    rig.close();
  }

  private void says(String text) {
    boolean unused = channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
  }

  /** Is read in a row that goes on. */
  private void reads(String text) {
    channel.pipeline().fireChannelRead(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
  }

  /** Events of a socket that was closed in the same turn, whose number the new one has. */
  @Test
  void what_befell_another_socket_is_not_held_against_one_that_is_being_connected() {
    EmbeddedChannel young =
        new EmbeddedChannel(new Back(lane)) {
          @Override
          public boolean isActive() {
            return false;
          }
        };

    var unused = young.pipeline().fireExceptionCaught(new NotYetConnectedException());

    assertThat(young.isOpen()).isTrue();
    unused = young.pipeline().fireExceptionCaught(new IOException("no route"));
    assertThat(young.isOpen()).isFalse();
  }

  @Test
  void a_fault_of_ours_is_told_at_once_and_as_such() {
    holder.fails = true;
    says("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");

    assertThat(holder.heard).containsExactly("answered 200", "lost FAULT");
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void a_write_that_fails_leaves_the_answer_to_be_read() {
    channel.pipeline().fireExceptionCaught(new IOException("Broken pipe"));
    says("HTTP/1.1 413 No\r\nContent-Length: 0\r\n\r\n");

    assertThat(holder.heard).containsExactly("upload failed", "answered 413", "ended");
  }

  @Test
  void an_answer_has_ended_when_the_row_of_reads_has() {
    reads("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    assertThat(holder.heard).containsExactly("answered 200");

    channel.pipeline().fireChannelReadComplete();
    assertThat(holder.heard).containsExactly("answered 200", "ended");
    back.release(true);
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void what_comes_behind_it_in_the_same_row_is_nobodys_and_ends_the_connection() {
    String answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    reads(answer);
    reads(answer);
    channel.pipeline().fireChannelReadComplete();
    back.release(true);

    assertThat(holder.heard).containsExactly("answered 200", "ended");
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void an_answer_that_is_whole_is_not_lost_with_the_connection() {
    reads("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    channel.pipeline().fireExceptionCaught(new DecoderException("no record of TLS"));

    assertThat(holder.heard).containsExactly("answered 200", "ended");
  }

  @Test
  void one_that_takes_no_writes_is_not_used_again() {
    channel.pipeline().fireExceptionCaught(new IOException("Broken pipe"));
    says("HTTP/1.1 413 No\r\nContent-Length: 0\r\n\r\n");
    back.release(true);

    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void an_end_after_a_write_that_failed_may_be_a_reset_and_ends_no_answer() {
    holder.framing = Framing.UNTIL_CLOSE;
    channel.pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));
    says("HTTP/1.1 413 No\r\nConnection: close\r\n\r\nbecause");
    var unused = channel.close();

    assertThat(holder.heard).containsExactly("upload failed", "answered 413", "lost END");
  }

  @Test
  void one_that_was_kept_before_its_first_request_may_have_ended_unseen() {
    EmbeddedChannel other = new EmbeddedChannel();
    Back made = new Back(lane);
    other.pipeline().addLast(made);

    // Whoever had it made went away before it was there.
    made.release(true);
    made.hold(holder);

    assertThat(made.reused()).isTrue();
    boolean unused = other.finishAndReleaseAll();
  }

  @Test
  void an_instance_that_says_goodbye_over_tls_is_not_asked_again() {
    says("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    back.release(true);
    assertThat(channel.isOpen()).isTrue();

    channel.pipeline().fireUserEventTriggered(SslCloseCompletionEvent.SUCCESS);
    assertThat(back.usable()).isFalse();
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void nor_waited_for() {
    channel.pipeline().fireUserEventTriggered(SslCloseCompletionEvent.SUCCESS);

    assertThat(holder.heard).containsExactly("lost END");
    assertThat(channel.isOpen()).isFalse();
  }
}
