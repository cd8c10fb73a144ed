package io.hawser.balancer.proxy;

import io.hawser.balancer.core.OriginTls;
import io.hawser.balancer.core.Wheel;
import io.hawser.balancer.plane.BalancerSettings;
import io.hawser.balancer.wire.BadMessage;
import io.hawser.balancer.wire.Body;
import io.hawser.balancer.wire.Head;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.nio.channels.NotYetConnectedException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to an instance. Carries one request at a time, of the {@link Download} that holds
 * it; tells that of the answer piece by piece, and exactly once of its end. Owned by one event
 * loop. Long for this project, as what may befall a connection is best read in one place.
 *
 * <p>An answer has ended when the row of reads has in which it did: whatever else comes in that row
 * was not asked for, and the next request goes out only then.
 */
final class Back extends ChannelInboundHandlerAdapter {
  /** How a connection ended before an answer did. */
  enum Loss {
    /** Its instance has closed it. */
    END,
    /** It broke, or has been reset. */
    BREAK,
    /** Something failed here. */
    FAULT
  }

  /** Whom the answer is for. */
  interface Holder {
    /** Information before the answer; its head is cleared afterwards. */
    void information(Head head);

    /** The head of the answer, or of a switch of protocols; begins the body. */
    void answered(Head head, Body body) throws BadMessage;

    /** Takes a piece of the body over. */
    void answerPiece(ByteBuf piece);

    /** It has come whole, and the row of reads in which it did has ended. */
    void answerEnded(byte[] trailers);

    /** What came is no answer. */
    void garbled(String detail);

    /**
     * The connection ended too early.
     *
     * @param begun whether part of an answer had come
     */
    void lost(boolean begun, Loss how);

    /** Whether a write that failed does not matter before the answer has been read. */
    boolean uploadFailed();

    void instanceWritable(boolean writable);

    /**
     * The instance has ended its side.
     *
     * @return whether this is a tunnel, of which the other side goes on
     */
    boolean instanceHalfClosed();

    /** The client; null when nobody waits. */
    @Nullable Front front();
  }

  /** Ends a connection that nobody has used for long. */
  private final class Idle extends Wheel.Timer {
    @Override
    public void expired() {
      if (holder == null) {
        close();
      } else if (discarding) {
        abandon();
      }
    }
  }

  private static final Logger log = LoggerFactory.getLogger(Back.class);
  private static final long LINGER_NS = 1_000_000_000L;
  private static final int ANY = -1;

  private final Lane lane;
  private final Loop loop;
  private final Body body = new Body();
  private final Idle idle = new Idle();
  private @Nullable Channel channel;
  private @Nullable Head head;
  private @Nullable ByteBuf pending;
  private @Nullable Holder holder;
  private @Nullable Front toFlush;
  private boolean headRead;

  /** Whether the answer has come to its end, of which the holder has not heard yet. */
  private boolean whole;

  private boolean broken;
  private boolean discarding;
  private boolean counted = true;

  /** Whether the instance has said over TLS that it has said all. */
  private boolean goodbye;

  /** The turn of the loop in which it was asked; {@link #ANY} when that means nothing. */
  private int askedIn = ANY;

  private int served;
  private long idleSinceNs;
  private long keepNs = BalancerSettings.KEEP_ALIVE_S * 1_000_000_000L;

  Back(Lane lane) {
    this.lane = lane;
    this.loop = lane.loop();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    channel = context.channel();
  }

  Channel channel() {
    return Objects.requireNonNull(channel);
  }

  long idleSinceNs() {
    return idleSinceNs;
  }

  boolean usable() {
    return channel().isActive() && !broken;
  }

  /**
   * Whether it had carried a request before this one: then its end may have nothing to do with it.
   */
  boolean reused() {
    return served > 1;
  }

  /** It is this exchange's until {@link #release} or the end. */
  void hold(Holder by) {
    holder = by;
    head = loop.takeHead();
    headRead = false;
    askedIn = served == 0 || !loop.transport().turns() ? ANY : loop.turn();
    served++;
    loop.wheel().disarm(idle);
  }

  /**
   * The exchange has done with it.
   *
   * @param reusable whether the request was sent whole, and the answer came whole and says nothing
   *     against another one
   */
  void release(boolean reusable) {
    holder = null;
    discarding = false;
    whole = false;
    // Though it may have carried none: from now on it may end unseen.
    served = Math.max(served, 1);
    if (head != null) {
      loop.giveHead(head);
      head = null;
    }
    if (!reusable || !usable()) {
      abandon();
      return;
    }
    if (keepNs <= 0 || !drained()) {
      close();
      return;
    }
    resume();
    idleSinceNs = loop.nowNs();
    loop.wheel().arm(idle, idleSinceNs + keepNs);
    lane.free(this);
  }

  /** Whether the last row of reads has read all that was there, and not the end. */
  private boolean drained() {
    var last = channel().unsafe().recvBufAllocHandle();
    int read = last.lastBytesRead();
    boolean full = read > 0 && read == last.attemptedBytesRead();
    return read >= 0 && !(full && loop.transport().turns());
  }

  /** The rest of the answer is for nobody, and has to come soon. */
  void discard(boolean keep) {
    holder = new Discard(this, keep);
    discarding = true;
    loop.wheel().arm(idle, loop.nowNs() + LINGER_NS);
  }

  /** How long it may be idle, as its instance says. */
  void keepFor(long ns) {
    keepNs = Math.min(ns, BalancerSettings.KEEP_ALIVE_S * 1_000_000_000L);
  }

  /** Ends in the middle of something: nobody may take that for a good end. */
  void abandon() {
    broken = true;
    holder = null;
    Sockets.reset(channel());
  }

  /** A tunnel through it has ended on both sides. */
  void finish() {
    holder = null;
    broken = true;
    loop.wheel().arm(idle, loop.nowNs() + LINGER_NS);
    Sockets.afterFlush(channel(), this::close);
  }

  void close() {
    broken = true;
    Sockets.close(channel());
  }

  /** It is closed, and leaves its place at once. */
  void giveWay() {
    close();
    uncount();
  }

  /** From now on each side may end by itself, and it counts as none that requests wait for. */
  void tunnel() {
    uncount();
    var unused = channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (!Sockets.peerEnded(event)) {
      return;
    }
    if (!context.channel().isActive()) {
      // Of who had the number of this socket before: it is still being connected.
      Sockets.close(context.channel());
      return;
    }
    goodbye |= !(event instanceof ChannelInputShutdownEvent);
    if (holder == null || !holder.instanceHalfClosed()) {
      // Nothing more comes, though over TLS the connection itself may go on (RFC 8446, 6.1).
      ended(Loss.END);
      Sockets.close(context.channel());
    }
  }

  void pause() {
    Sockets.read(channel(), false);
  }

  void resume() {
    Sockets.read(channel(), true);
  }

  // ---- what comes from the instance

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    loop.tick();
    ByteBuf bytes = (ByteBuf) message;
    if (holder == null) {
      // Nobody has asked for anything.
      bytes.release();
      close();
      return;
    }
    if (whole) {
      // Nobody has asked for more.
      bytes.release();
      broken = true;
      return;
    }
    if (!headRead && askedIn == loop.presentTurn()) {
      // It was there before the request had gone out: no answer to that.
      bytes.release();
      ended(Loss.END);
      Sockets.reset(channel());
      return;
    }
    toFlush = holder.front();
    pending = Sockets.append(context.channel(), pending, bytes);
    process();
  }

  private void process() {
    boolean more = true;
    while (more && holder != null && pending != null) {
      try {
        more = headRead ? bodyPiece(holder, pending) : headPiece(holder, pending);
      } catch (BadMessage e) {
        holder.garbled(e.problem().detail());
        more = false;
      }
    }
    if (pending != null && (!pending.isReadable() || whole || holder == null)) {
      broken |= pending.isReadable();
      pending.release();
      pending = null;
    }
  }

  private boolean headPiece(Holder of, ByteBuf in) throws BadMessage {
    Head reads = Objects.requireNonNull(head);
    if (!reads.readResponse(in)) {
      return false;
    }
    if (reads.status() >= 200 || reads.status() == 101) {
      headRead = true;
      of.answered(reads, body);
    } else {
      of.information(reads);
      reads.clear();
    }
    return true;
  }

  private boolean bodyPiece(Holder of, ByteBuf in) throws BadMessage {
    ByteBuf piece = body.next(in);
    if (piece != null) {
      of.answerPiece(piece);
    }
    if (body.ended() && of.equals(holder)) {
      whole = true;
      return false;
    }
    return piece != null || !of.equals(holder);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    Front front = toFlush;
    toFlush = null;
    Holder of = holder;
    if (whole && of != null) {
      whole = false;
      of.answerEnded(body.trailers());
    }
    if (front != null) {
      front.flush();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (holder != null) {
      holder.instanceWritable(context.channel().isWritable());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    ended(Loss.END);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof NotYetConnectedException && !context.channel().isActive()) {
      // Netty's epoll tells it of who had the number of this socket before.
      return;
    }
    boolean io = cause instanceof IOException;
    // A write that failed leaves what the instance has said to be read.
    if (io && holder != null && holder.uploadFailed() && context.channel().isActive()) {
      broken = true;
      return;
    }
    if (io || cause instanceof DecoderException) {
      ended(Loss.BREAK);
    } else {
      log.error(
          "answer dropped instance={} cause={}", lane.endpoint().key(), cause.toString(), cause);
      ended(Loss.FAULT);
    }
    Sockets.close(context.channel());
  }

  /**
   * Whether an end of the connection is one that the instance meant, and nobody on the way. After a
   * write that failed a reset looks like one.
   */
  private boolean meant() {
    return goodbye || (!broken && lane.endpoint().tls() == OriginTls.NONE);
  }

  private void uncount() {
    if (counted) {
      counted = false;
      lane.closed(this);
    }
  }

  private void ended(Loss how) {
    loop.tick();
    boolean all = whole || (headRead && body.untilClose() && how == Loss.END && meant());
    broken = true;
    whole = false;
    loop.wheel().remove(idle);
    uncount();
    Holder of = holder;
    holder = null;
    if (of != null) {
      boolean begun = head != null && head.begun();
      if (all) {
        of.answerEnded(body.trailers());
      } else {
        of.lost(begun, how);
      }
      Front front = of.front();
      if (front != null) {
        front.flush();
      }
    }
    if (head != null) {
      loop.giveHead(head);
      head = null;
    }
    if (pending != null) {
      pending.release();
      pending = null;
    }
  }
}
