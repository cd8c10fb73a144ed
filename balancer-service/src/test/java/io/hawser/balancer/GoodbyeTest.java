package io.hawser.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Registration;
import io.hawser.model.Facet.Role;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.InstanceKey;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An instance that says goodbye over TLS says nothing more, though its connection stays. */
class GoodbyeTest {
  @TempDir Path dir;
  private final AtomicInteger connections = new AtomicInteger();
  private final CountDownLatch ended = new CountDownLatch(1);
  private EventLoopGroup group;
  private BalancerRig rig;

  /** Answers once, and then says goodbye and nothing else. */
  private final class Origin extends SimpleChannelInboundHandler<ByteBuf> {
    private boolean asked;

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf request) {
      if (asked) {
        return;
      }
      asked = true;
      var unused =
          context.writeAndFlush(
              Unpooled.copiedBuffer(
                  "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", StandardCharsets.US_ASCII));
      unused = context.pipeline().get(SslHandler.class).closeOutbound();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      ended.countDown();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      var unused = context.close();
    }
  }

  @BeforeEach
  void start() throws Exception {
    group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    rig = new BalancerRig(1, Map.of());
    // Its clock stands still: no time ends anything.
    long startNs = System.nanoTime();
    rig.aheadNs = () -> startNs - System.nanoTime();
  }

  @AfterEach
  void stop() throws Exception {
    rig.close();
    Object unused = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private int origin() throws Exception {
    TestCertificate certificate = TestCertificate.make(dir, "origin", "origin");
    SslContext tls =
        SslContextBuilder.forServer(certificate.certificate().toFile(), certificate.key().toFile())
            .build();
    Channel server =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    connections.incrementAndGet();
                    channel.pipeline().addLast(tls.newHandler(channel.alloc()), new Origin());
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .sync()
            .channel();
    return ((InetSocketAddress) server.localAddress()).getPort();
  }

  @Test
  void it_is_not_asked_there_again() throws Exception {
    rig.put(
        FacetKey.of(Kind.REGISTRATION, new InstanceKey("echo", "a")),
        new Registration(
            "127.0.0.1",
            origin(),
            "one",
            1,
            "z",
            List.of(),
            Map.of("hawser.tls", "unverified"),
            Role.ACTIVE,
            0,
            List.of(),
            0));
    rig.verdict("echo", "a", Health.UP);

    try (Raw raw = new Raw(rig.port)) {
      assertThat(raw.send("POST", "/echo/", "Content-Length: 0").answer(false).body())
          .isEqualTo("ok");
      assertThat(ended.await(10, TimeUnit.SECONDS)).as("the balancer ends its side").isTrue();
      assertThat(raw.send("POST", "/echo/", "Content-Length: 0").answer(false).body())
          .isEqualTo("ok");
      assertThat(connections).hasValue(2);
    }
  }
}
