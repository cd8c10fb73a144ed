package io.hawser.balancer.proxy;

import io.hawser.balancer.core.Wheel;
import io.hawser.balancer.wire.BadMessage;
import io.hawser.balancer.wire.Body;
import io.hawser.balancer.wire.Field;
import io.hawser.balancer.wire.Forwarding;
import io.hawser.balancer.wire.Framing;
import io.hawser.balancer.wire.Head;
import io.hawser.balancer.wire.Problem;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SniHandler;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection: reads one request after the other, and hands each to an {@link Exchange}
 * of its own. Owned by one event loop.
 *
 * <pre>
 * HEAD     waits for a request          --its head is whole-->        BODY, or ANSWER without one
 * BODY     reads as the instance takes  --the body has ended-->       ANSWER
 * ANSWER   waits for the answer's end   --it has ended-->             HEAD, or LINGER to close
 * BODY     --the answer has ended before the body-->                  DISCARD, or LINGER to close
 * DISCARD  drops what is left of it     --it has ended-->             HEAD
 * LINGER   says that nothing more comes, and drops what still does, so that the answer is read
 * CLOSED
 * </pre>
 */
final class Front extends ChannelInboundHandlerAdapter {
  private enum State {
    HEAD,
    BODY,
    ANSWER,
    DISCARD,
    LINGER,
    CLOSED
  }

  /** What the time runs for. */
  enum Phase {
    IDLE,
    HEAD,
    /** The client is to send more of a body. */
    BODY,
    /** The instance is to take more of a body. */
    WRITE,
    /** The instance is to answer. */
    RESPONSE,
    /** Either is to send or take more of what has begun. */
    STREAM,
    LINGER
  }

  /** What a client may send ahead before it is not read from any more. */
  private static final int MAX_AHEAD = 65_536;

  /** How much of a body that nobody wants is read. */
  private static final int MAX_DISCARD = 4 * 1_048_576;

  private static final long LINGER_NS = 1_000_000_000L;

  private final class Deadline extends Wheel.Timer {
    @Override
    public void expired() {
      timedOut();
    }
  }

  private final Loop loop;
  private final String proto;
  private final @Nullable SniHandler names;
  private final Body body = new Body();
  private final Deadline deadline = new Deadline();
  private Phase phase = Phase.IDLE;
  private State state = State.HEAD;
  private @Nullable Channel channel;
  private @Nullable Forwarding forwarding;
  private @Nullable Head head;
  private @Nullable ByteBuf pending;
  private @Nullable Exchange exchange;
  private boolean reading;
  private boolean processing;
  private boolean inputEnded;
  private boolean admitted;
  private int discarded;

  /**
   * @param names what the client's TLS asked for; null without TLS
   */
  Front(Loop loop, String proto, @Nullable SniHandler names) {
    this.names = names;
    this.loop = loop;
    this.proto = proto;
  }

  Channel channel() {
    return Objects.requireNonNull(channel);
  }

  Body body() {
    return body;
  }

  Forwarding forwarding() {
    return Objects.requireNonNull(forwarding);
  }

  /** Whether TLS was set up for another host than the one that is asked for. */
  boolean misdirected(String host) {
    String name = names == null ? null : names.hostname();
    int colon = host.lastIndexOf(':');
    String asked = colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
    return name != null && !name.equalsIgnoreCase(asked);
  }

  /** Where the client is, as the nearest proxy that is trusted says. */
  String clientAddress(Head of) {
    Forwarding way = forwarding();
    if (!way.trusted() || !of.has(Field.X_FORWARDED_FOR)) {
      return way.address();
    }
    String claims = of.last(Field.X_FORWARDED_FOR);
    return claims.substring(claims.lastIndexOf(',') + 1).strip();
  }

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
      Sockets.reset(channel());
      return;
    }
    admitted = true;
    String address =
        channel().remoteAddress() instanceof InetSocketAddress inet
            ? inet.getAddress().getHostAddress()
            : "unknown";
    forwarding = new Forwarding(address, proto, loop.trusts(address));
    await(Phase.IDLE, loop.limits().idleNs());
  }

  // ---- time

  void await(Phase what, long ns) {
    phase = what;
    loop.wheel().arm(deadline, loop.nowNs() + ns);
  }

  private void timedOut() {
    Exchange of = exchange;
    switch (phase) {
      case IDLE, LINGER -> close();
      case HEAD -> tooSlowHead();
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
      case STREAM -> cut();
    }
    flush();
  }

  private void tooSlowHead() {
    Problem problem =
        new Problem(408, "head-too-slow", "the header did not come within the time for it");
    loop.refused(problem);
    Sockets.write(channel(), problem.encode(channel().alloc(), false, "close"));
    linger();
  }

  // ---- what comes from the client

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    if (state == State.LINGER || state == State.CLOSED) {
      bytes.release();
      return;
    }
    reading = true;
    pending = Sockets.append(context.channel(), pending, bytes);
    process();
  }

  /** Goes on with what has come, as far as it can. */
  void process() {
    if (processing) {
      return;
    }
    processing = true;
    boolean more = true;
    while (more && pending != null) {
      try {
        more = step(pending);
      } catch (BadMessage e) {
        more = false;
        if (exchange != null) {
          exchange.unreadable(e.problem());
        }
      }
    }
    processing = false;
    ByteBuf left = pending;
    if (left != null && (!left.isReadable() || state == State.LINGER || state == State.CLOSED)) {
      left.release();
      pending = null;
    }
    if (state != State.CLOSED) {
      Sockets.read(channel(), pending == null || pending.readableBytes() < MAX_AHEAD);
    }
  }

  private boolean step(ByteBuf in) throws BadMessage {
    return switch (state) {
      case HEAD -> in.isReadable() && headPiece(in);
      case BODY -> exchange != null && exchange.takesBody() && bodyPiece(exchange, in);
      case DISCARD -> discardPiece(in);
      case ANSWER, LINGER, CLOSED -> false;
    };
  }

  private boolean headPiece(ByteBuf in) throws BadMessage {
    if (head == null) {
      head = loop.takeHead();
    }
    boolean whole;
    try {
      whole = head.readRequest(in);
    } catch (BadMessage e) {
      loop.refused(e.problem());
      Sockets.write(channel(), e.problem().encode(channel().alloc(), false, "close"));
      linger();
      return false;
    }
    if (!whole) {
      if (phase != Phase.HEAD) {
        await(Phase.HEAD, loop.limits().headNs());
      }
      return false;
    }
    await(Phase.RESPONSE, loop.limits().responseNs());
    Exchange next = new Exchange(loop, this, head);
    exchange = next;
    // Until its framing is known there is no body that could be told from the next request.
    state = State.ANSWER;
    long framing = Framing.ofRequest(head);
    body.begin(framing);
    state = body.ended() ? State.ANSWER : State.BODY;
    next.start(framing);
    return true;
  }

  private boolean bodyPiece(Exchange of, ByteBuf in) throws BadMessage {
    ByteBuf piece = body.next(in);
    if (piece != null) {
      of.body(piece);
    }
    if (body.ended() && exchange == of && state == State.BODY) {
      state = State.ANSWER;
      of.bodyEnded();
    }
    return piece != null;
  }

  private boolean discardPiece(ByteBuf in) {
    ByteBuf piece;
    try {
      piece = body.next(in);
    } catch (BadMessage e) {
      linger();
      return false;
    }
    if (piece != null) {
      discarded += piece.readableBytes();
      piece.release();
    }
    if (body.ended()) {
      ready();
      return true;
    }
    if (discarded > MAX_DISCARD) {
      close();
    }
    return piece != null;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    reading = false;
    if (exchange != null) {
      exchange.flushUpload();
    }
    flush();
  }

  /** Whether what is written to an instance is flushed when all that was read has been seen to. */
  boolean reading() {
    return reading;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      inputEnded = true;
      Exchange of = exchange;
      boolean serve = of != null && of.halfClosed(state == State.ANSWER);
      if (!serve && state != State.LINGER) {
        close();
      } else if (phase == Phase.LINGER) {
        close();
      }
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (exchange != null && context.channel().isWritable()) {
      exchange.clientWritable();
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
    loop.wheel().remove(deadline);
    Exchange of = exchange;
    exchange = null;
    if (of != null) {
      of.clientGone();
    }
    if (head != null) {
      loop.giveHead(head);
      head = null;
    }
    if (!processing && pending != null) {
      pending.release();
      pending = null;
    }
  }

  // ---- what the exchange says

  void flush() {
    Sockets.flush(channel());
  }

  /** Whether the connection ends with this answer whatever it is. */
  boolean lastAnswer() {
    return inputEnded || loop.draining();
  }

  /** The answer has been written: what becomes of the connection. */
  void settle(boolean close) {
    exchange = null;
    if (state == State.CLOSED) {
      return;
    }
    if (close) {
      linger();
    } else if (state == State.BODY) {
      state = State.DISCARD;
      discarded = 0;
      await(Phase.LINGER, LINGER_NS);
      resume();
    } else {
      ready();
      resume();
    }
  }

  private void ready() {
    state = State.HEAD;
    if (head != null) {
      loop.giveHead(head);
      head = null;
    }
    if (loop.closing()) {
      linger();
      return;
    }
    await(Phase.IDLE, loop.limits().idleNs());
  }

  private void resume() {
    if (pending != null || !channel().config().isAutoRead()) {
      process();
      flush();
    }
  }

  /** Says that nothing more comes, and waits a moment for the client to have read it. */
  private void linger() {
    state = State.LINGER;
    await(Phase.STREAM, loop.limits().streamNs());
    Sockets.afterFlush(channel(), this::flushed);
    Sockets.read(channel(), true);
  }

  private void flushed() {
    if (inputEnded) {
      close();
    } else if (state == State.LINGER) {
      await(Phase.LINGER, LINGER_NS);
      Sockets.shutdownOutput(channel());
    }
  }

  void closeWhenIdle() {
    if (state == State.HEAD && (head == null || !head.begun())) {
      close();
    }
  }

  private void close() {
    Sockets.close(channel());
    gone();
  }

  /** Ends it so that the client cannot take it for the end of an answer. */
  void cut() {
    Sockets.reset(channel());
    gone();
  }

  /** From now on bytes pass as they are. */
  void tunnel() {
    body.begin(Framing.UNTIL_CLOSE);
    state = State.BODY;
    process();
  }
}
