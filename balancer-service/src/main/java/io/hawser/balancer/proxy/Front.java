package io.hawser.balancer.proxy;

import io.hawser.balancer.proxy.Patience.Phase;
import io.hawser.balancer.wire.Field;
import io.hawser.balancer.wire.Forwarding;
import io.hawser.balancer.wire.Head;
import io.hawser.balancer.wire.Problem;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SniHandler;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection, from accept to its end: what comes is read by an {@link Intake}, one
 * request at a time is served by an {@link Exchange}. Owned by one event loop.
 *
 * <pre>
 * OPEN     --an answer that ends the connection-->  LINGER
 * LINGER   says that nothing more comes, and drops what still does, so that the answer is read
 * CLOSED
 * </pre>
 *
 * <p>Long for this project, as what may befall a connection is best read in one place.
 */
final class Front extends ChannelInboundHandlerAdapter {
  private enum State {
    OPEN,
    LINGER,
    CLOSED
  }

  private static final long LINGER_NS = 1_000_000_000L;

  /** For how long what a client goes on to send is dropped at most, so that it reads its answer. */
  private static final long LONGEST_LINGER_NS = 30_000_000_000L;

  private final Loop loop;
  private final String proto;
  private final @Nullable SniHandler names;
  private final Intake intake;
  private final Patience patience;
  private final Stay stay;
  private State state = State.OPEN;
  private @Nullable Channel channel;
  private @Nullable Forwarding forwarding;
  private @Nullable Exchange exchange;
  private boolean reading;
  private boolean inputEnded;
  private boolean admitted;
  private long lingerEndNs;

  /**
   * @param names what the client's TLS asked for; null without TLS
   */
  Front(Loop loop, String proto, @Nullable SniHandler names) {
    this.names = names;
    this.loop = loop;
    this.proto = proto;
    this.intake = new Intake(loop, this);
    this.patience = new Patience(loop, this::timedOut);
    this.stay = new Stay(loop.limits(), loop.random(), loop.nowNs());
  }

  Channel channel() {
    return Objects.requireNonNull(channel);
  }

  Forwarding forwarding() {
    return Objects.requireNonNull(forwarding);
  }

  /** What is served now. */
  @Nullable Exchange exchange() {
    return exchange;
  }

  boolean overTls() {
    return names != null;
  }

  /** Whether TLS was set up for another host than the one that is asked for. */
  boolean misdirected(String host) {
    String name = names == null ? null : names.hostname();
    int colon = host.lastIndexOf(':');
    String asked = colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
    return name != null && !name.equalsIgnoreCase(asked);
  }

  /** Where the client is, as the proxies that are trusted say. */
  String clientAddress(Head of) {
    Forwarding way = forwarding();
    if (!way.trusted() || !of.has(Field.X_FORWARDED_FOR)) {
      return way.address();
    }
    return loop.limits().trusted().client(of.values(Field.X_FORWARDED_FOR), way.address());
  }

  // ---- its begin

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    channel = context.channel();
    if (context.channel().isActive()) {
      begin();
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    begin();
  }

  private void begin() {
    if (admitted || state == State.CLOSED) {
      return;
    }
    if (!loop.admit(this)) {
      state = State.CLOSED;
      intake.off();
      Sockets.reset(channel());
      return;
    }
    admitted = true;
    loop.tick();
    forwarding =
        channel().remoteAddress() instanceof InetSocketAddress inet
            ? new Forwarding(
                NetUtil.toAddressString(inet.getAddress()),
                proto,
                loop.limits().trusted().has(inet.getAddress()))
            : new Forwarding("unknown", proto, false);
    await(Phase.IDLE, loop.limits().idleNs());
  }

  /** A request has come. */
  Exchange begin(Head head, long framing) {
    stay.request();
    Exchange next = new Exchange(loop, this, head, framing);
    exchange = next;
    return next;
  }

  // ---- time

  void await(Phase what, long ns) {
    patience.await(what, ns);
  }

  /** Part of a head has come: the whole has to within its time from now on. */
  void awaitHead() {
    if (patience.phase() != Phase.HEAD) {
      await(Phase.HEAD, loop.limits().headNs());
    }
  }

  /** What is left of a body that nobody wants has to come soon. */
  void awaitRest() {
    await(Phase.LINGER, LINGER_NS);
  }

  private void timedOut(Phase phase) {
    Exchange of = exchange;
    switch (phase) {
      case IDLE -> end();
      case LINGER -> {
        if (state == State.LINGER) {
          close();
        } else {
          linger();
        }
      }
      case HEAD ->
          refuse(
              new Problem(408, "head-too-slow", "the header did not come within the time for it"));
      case BODY -> {
        if (of != null) {
          of.tooSlow();
        }
      }
      case WRITE, RESPONSE -> {
        if (of != null) {
          of.timedOut();
        }
      }
      case STREAM -> {
        if (of == null || !of.stalled()) {
          cut();
        }
      }
    }
    flush();
  }

  // ---- what comes from the client

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    loop.tick();
    reading = state == State.OPEN;
    intake.add(context.channel(), (ByteBuf) message);
    if (state == State.LINGER && patience.phase() == Phase.LINGER) {
      await(Phase.LINGER, Math.min(LINGER_NS, lingerEndNs - loop.nowNs()));
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    reading = false;
    flush();
  }

  /** All that has come from the client is taken. */
  void drained() {
    if (!inputEnded || state != State.OPEN) {
      return;
    }
    if (exchange == null) {
      end();
    } else if (!exchange.halfClosed(intake.whole())) {
      takenBack();
    }
  }

  /** Whether more is read from the client. */
  void read(boolean more) {
    if (state != State.CLOSED) {
      Sockets.read(channel(), more);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (!Sockets.peerEnded(event) || inputEnded) {
      return;
    }
    loop.tick();
    inputEnded = true;
    if (state == State.LINGER && patience.phase() == Phase.LINGER) {
      close();
    } else if (state == State.OPEN && !served()) {
      takenBack();
    }
  }

  /** Whether a client that has ended its side is served all the same. */
  private boolean served() {
    Exchange of = exchange;
    // What the client has said before its end comes first.
    boolean more =
        intake.backlog()
            && (loop.limits().serveHalfClosed() || (of != null && of.download().tunnels()));
    return more || (of != null && of.halfClosed(intake.whole()));
  }

  /** The client wants no more than what it has been answered already. */
  private void takenBack() {
    Exchange of = exchange;
    if (of != null && of.download().begun()) {
      cut();
      return;
    }
    exchange = null;
    if (of != null) {
      of.clientGone();
    }
    end();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (!context.channel().isWritable() || state != State.OPEN) {
      return;
    }
    loop.tick();
    if (exchange != null) {
      exchange.clientWritable();
    } else {
      idle();
      intake.process();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    gone();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    Sockets.reset(context.channel());
    gone();
  }

  private void gone() {
    if (state == State.CLOSED) {
      return;
    }
    state = State.CLOSED;
    loop.left(this);
    patience.end();
    Exchange of = exchange;
    exchange = null;
    if (of != null) {
      of.clientGone();
    }
    intake.end();
  }

  // ---- what goes to the client

  /**
   * Sends what was written in the course of this client's requests, to its instance and to itself.
   * Who has written calls it and needs to know no more: within a row of reads of the client it
   * waits for the row's end, and while what came is told apart for the end of that.
   */
  void flush() {
    if (reading || intake.processing()) {
      return;
    }
    if (exchange != null) {
      exchange.upload().flush();
      exchange.download().push();
    }
    Sockets.flush(channel());
  }

  /** Answers what is no request. */
  void refuse(Problem problem) {
    loop.refused(forwarding().address(), problem);
    Sockets.write(channel(), problem.encode(channel().alloc(), false, "close"));
    linger();
  }

  /** Whether the connection ends with this answer whatever it is. */
  boolean lastAnswer() {
    return nothingMore() || loop.draining() || stay.over(loop.nowNs());
  }

  /** Whether the client has ended its side, and all requests before that have begun. */
  private boolean nothingMore() {
    return inputEnded && !intake.backlog();
  }

  /** The answer has been written: what becomes of the connection. */
  void settle(boolean close) {
    exchange = null;
    if (state == State.CLOSED) {
      return;
    }
    if (close || nothingMore()) {
      linger();
    } else {
      intake.answered();
    }
  }

  /** The next request may come. */
  void idle() {
    if (!channel().isWritable()) {
      await(Phase.STREAM, loop.limits().streamNs());
    } else {
      // Who was promised another answer may have asked already: that is served, and told to go.
      await(Phase.IDLE, loop.closing() ? LINGER_NS : loop.limits().idleNs());
    }
  }

  /** An instance takes more of the body. */
  void goOn() {
    intake.process();
  }

  /** From now on bytes pass as they are. */
  void tunnel() {
    intake.tunnel();
  }

  // ---- its end

  /** Says that nothing more comes, and waits a moment for the client to have read it. */
  void linger() {
    state = State.LINGER;
    intake.off();
    await(Phase.STREAM, loop.limits().streamNs());
    Sockets.afterFlush(channel(), this::flushed);
    Sockets.read(channel(), true);
  }

  private void flushed() {
    if (inputEnded) {
      close();
    } else if (state == State.LINGER) {
      lingerEndNs = loop.nowNs() + LONGEST_LINGER_NS;
      await(Phase.LINGER, LINGER_NS);
      Sockets.shutdownOutput(channel());
    }
  }

  /** Requests that wait for the client to read are served first: one of them is the last. */
  void closeWhenIdle() {
    if (state == State.OPEN && intake.between() && !intake.backlog()) {
      end();
    }
  }

  /** Nothing is being served: it ends when what was written has gone. */
  private void end() {
    if (Sockets.pending(channel())) {
      linger();
    } else {
      close();
    }
  }

  void close() {
    Sockets.close(channel());
    gone();
  }

  /** Ends it so that the client cannot take it for the end of an answer. */
  void cut() {
    Sockets.reset(channel());
    gone();
  }
}
