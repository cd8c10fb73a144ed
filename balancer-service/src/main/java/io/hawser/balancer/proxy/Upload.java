package io.hawser.balancer.proxy;

import io.hawser.balancer.plane.BalancerSettings;
import io.hawser.balancer.proxy.Patience.Phase;
import io.hawser.balancer.wire.Chunks;
import io.hawser.balancer.wire.Field;
import io.hawser.balancer.wire.Framing;
import io.hawser.balancer.wire.Head;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request on its way to an instance, which waits, unread, until an instance is there
 * to take it. A small one is kept until an answer has come, so that it can be sent to another
 * instance. Owned by one event loop.
 */
final class Upload {
  /**
   * How long an instance may think about "Expect: 100-continue" before the client is told to go on
   * anyway.
   */
  private static final long CONTINUE_NS = 1_000_000_000L;

  /** Bodies up to this size are kept. */
  private static final int MAX_KEPT = 65_536;

  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NO_TRAILERS = new byte[0];

  private final Loop loop;
  private final Front front;
  private final Exchange exchange;
  private final boolean expects;
  private final boolean chunked;
  private final long framing;
  private @Nullable Channel to;
  private @Nullable ByteBuf kept;
  private boolean keeping;
  private boolean raw;
  private boolean open;
  private boolean ended;
  private boolean continued;
  private boolean answered;
  private long bytes;

  /** Since its time was last begun anew. */
  private long progressBytes;

  /**
   * @param keeps whether the request may be sent again, body and all
   */
  Upload(Loop loop, Front front, Exchange exchange, Head head, long framing, boolean keeps) {
    this.exchange = exchange;
    this.loop = loop;
    this.front = front;
    this.framing = framing;
    this.chunked = framing == Framing.CHUNKED;
    this.ended = framing == Framing.NONE;
    this.keeping = keeps && framing <= MAX_KEPT;
    this.expects = !ended && head.minor() == 1 && head.has(Field.EXPECT);
  }

  /** Whether all of it has been handed on. */
  boolean ended() {
    return ended;
  }

  /** Whether all that has come of it could be sent once more. */
  boolean replayable() {
    return keeping;
  }

  boolean expects() {
    return expects;
  }

  /**
   * Whether no more of it is to come than can be read for nobody: else the connection ends with an
   * answer that comes before the body's end.
   */
  boolean brief() {
    return ended || (framing - bytes <= Intake.MAX_DISCARD && framing >= 0 && !heldBack());
  }

  /** Whether the client still waits to be told whether to send its body. */
  boolean heldBack() {
    return expects && !continued && !ended && bytes == 0;
  }

  long framing() {
    return framing;
  }

  boolean takes() {
    return open;
  }

  long bytes() {
    return bytes;
  }

  /** An instance is there, and has the head. */
  void begin(Channel instance) {
    to = instance;
    if (kept != null) {
      // A copy: Netty's NIO transport keeps a view of what it has written in part, and this grows.
      forward(instance, kept.copy());
    }
    if (ended) {
      finish(instance);
      front.await(Phase.RESPONSE, exchange.responseNs());
      return;
    }
    open = true;
    progressBytes = 0;
    front.await(Phase.BODY, loop.limits().bodyNs());
    if (heldBack()) {
      loop.after(CONTINUE_NS, this::goOn);
    }
    front.goOn();
  }

  /** Nobody takes any more of it for now. */
  void stop() {
    open = false;
    to = null;
  }

  /** Nobody will. */
  void close() {
    stop();
    forget();
  }

  private void forget() {
    keeping = false;
    if (kept != null) {
      kept.release();
      kept = null;
    }
  }

  private void keep(Channel instance, ByteBuf piece) {
    ByteBuf all = kept == null ? instance.alloc().buffer(piece.readableBytes()) : kept;
    kept = all;
    if (all.readableBytes() + piece.readableBytes() > MAX_KEPT) {
      forget();
    } else {
      all.writeBytes(piece, piece.readerIndex(), piece.readableBytes());
    }
  }

  /** Tells the client to send its body, once. */
  void goOn() {
    if (heldBack() && to != null && !answered) {
      continued = true;
      Sockets.write(front.channel(), Unpooled.wrappedBuffer(CONTINUE));
      front.flush();
    }
  }

  /** The head of the answer has come: both may take their time from now on. */
  void answered() {
    answered = true;
    forget();
  }

  /** Bytes pass as they are. */
  void tunnel() {
    raw = true;
    ended = false;
    open = true;
  }

  void piece(ByteBuf piece) {
    if (exchange.exclusive()) {
      // The process may have stood still since the piece before.
      loop.tick();
      exchange.checkRole();
    }
    Channel instance = to;
    if (instance == null) {
      piece.release();
      return;
    }
    int size = piece.readableBytes();
    bytes += size;
    progressBytes += size;
    if (keeping) {
      keep(instance, piece);
    }
    forward(instance, piece);
    if (!instance.isWritable()) {
      open = false;
      if (!answered) {
        front.await(Phase.WRITE, loop.limits().writeNs());
      }
      // At once, as it is full; last, as that may make room, and then the client is waited for.
      Sockets.flush(instance);
    } else if (answered) {
      stream();
    } else if (progressBytes >= BalancerSettings.BODY_PROGRESS_BYTES) {
      progressBytes = 0;
      front.await(Phase.BODY, loop.limits().bodyNs());
    }
  }

  private void forward(Channel instance, ByteBuf piece) {
    if (chunked && !raw) {
      Chunks.write(instance.alloc(), piece, buffer -> Sockets.write(instance, buffer));
    } else {
      Sockets.write(instance, piece);
    }
  }

  private void finish(Channel instance) {
    if (chunked) {
      // What a client puts behind its body is for nobody here to vouch for.
      Sockets.write(instance, Chunks.end(instance.alloc(), NO_TRAILERS));
    }
  }

  void stream() {
    front.await(Phase.STREAM, raw ? loop.limits().tunnelNs() : loop.limits().streamNs());
  }

  void end() {
    ended = true;
    open = false;
    if (to != null) {
      finish(to);
    }
    if (!answered && to != null) {
      exchange.attempt().asked();
      front.await(Phase.RESPONSE, exchange.responseNs());
    }
  }

  void writable() {
    if (to != null && !open && !ended) {
      open = true;
      progressBytes = 0;
      if (!answered) {
        front.await(Phase.BODY, loop.limits().bodyNs());
      }
      front.goOn();
    }
  }

  /** Called by {@link Front#flush}. */
  void flush() {
    if (to != null) {
      Sockets.flush(to);
    }
  }
}
