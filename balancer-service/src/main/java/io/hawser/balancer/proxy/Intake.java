package io.hawser.balancer.proxy;

import io.hawser.balancer.proxy.Patience.Phase;
import io.hawser.balancer.wire.BadMessage;
import io.hawser.balancer.wire.Body;
import io.hawser.balancer.wire.Framing;
import io.hawser.balancer.wire.Head;
import io.hawser.balancer.wire.Problem;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a client sends, told apart: one request after the other, each handed to an {@link Exchange}
 * of its own, and none read before the one before it is answered. Owned by one event loop.
 *
 * <pre>
 * HEAD     waits for a request          --its head is whole-->        BODY, or ANSWER without one
 * BODY     reads as the instance takes  --the body has ended-->       ANSWER
 * ANSWER   waits for the answer's end   --it has ended-->             HEAD
 * BODY     --the answer has ended before the body-->                  DISCARD
 * DISCARD  drops what is left of it     --it has ended-->             HEAD
 * OFF      at any time: nothing more is wanted
 * </pre>
 */
final class Intake {
  private static final Logger log = LoggerFactory.getLogger(Intake.class);

  private enum State {
    HEAD,
    BODY,
    ANSWER,
    DISCARD,
    OFF
  }

  /** What a client may send ahead before it is not read from any more. */
  private static final int MAX_AHEAD = 65_536;

  /** How much of a body that nobody wants is read, so that its connection can be used again. */
  static final int MAX_DISCARD = 65_536;

  private final Loop loop;
  private final Front front;
  private final Body body = new Body();
  private State state = State.HEAD;
  private @Nullable Head head;
  private @Nullable ByteBuf pending;
  private boolean processing;
  private int discarded;

  Intake(Loop loop, Front front) {
    this.loop = loop;
    this.front = front;
  }

  /** Whether the request has come to its end, and is not answered yet. */
  boolean whole() {
    return state == State.ANSWER;
  }

  /** Whether no request has begun. */
  boolean between() {
    return state == State.HEAD && (head == null || !head.begun());
  }

  /** Whether what has come is being told apart. */
  boolean processing() {
    return processing;
  }

  /** Takes the bytes over. */
  void add(Channel channel, ByteBuf bytes) {
    if (state == State.OFF) {
      bytes.release();
      return;
    }
    pending = Sockets.append(channel, pending, bytes);
    process();
  }

  /** Goes on with what has come, as far as it can. */
  void process() {
    if (processing) {
      return;
    }
    processing = true;
    try {
      boolean more = true;
      while (more && pending != null) {
        more = step(pending);
      }
    } catch (RuntimeException e) {
      // Whoever called this may be another connection, which has nothing to do with it.
      log.error("request dropped cause={}", e.toString(), e);
      front.cut();
    } finally {
      processing = false;
    }
    ByteBuf left = pending;
    if (left != null && (!left.isReadable() || state == State.OFF)) {
      left.release();
      pending = null;
    }
    front.read(pending == null || pending.readableBytes() < MAX_AHEAD);
    if (pending == null) {
      front.drained();
    }
    front.flush();
  }

  /** Whether something has come that nobody has taken yet. */
  boolean backlog() {
    return pending != null && pending.isReadable();
  }

  private boolean step(ByteBuf in) {
    try {
      return piece(in);
    } catch (BadMessage e) {
      Exchange of = front.exchange();
      if (of != null) {
        of.unreadable(e.problem());
      }
      // Answered: a request behind it may be read.
      return front.exchange() == null;
    }
  }

  private boolean piece(ByteBuf in) throws BadMessage {
    Exchange of = front.exchange();
    return switch (state) {
      // A client that asks on and on and does not read is not asked what else it wants.
      case HEAD -> in.isReadable() && front.channel().isWritable() && headPiece(in);
      case BODY -> of != null && of.upload().takes() && bodyPiece(of, in);
      case DISCARD -> discardPiece(in);
      case ANSWER, OFF -> false;
    };
  }

  private boolean headPiece(ByteBuf in) throws BadMessage {
    Head reads = head == null ? loop.takeHead() : head;
    head = reads;
    boolean whole;
    try {
      whole = reads.readRequest(in);
    } catch (BadMessage e) {
      front.refuse(e.problem());
      return false;
    }
    if (!whole) {
      front.awaitHead();
      return false;
    }
    front.await(Phase.RESPONSE, loop.limits().responseNs());
    // Until its framing is known there is no body that could be told from the next request.
    state = State.ANSWER;
    long framing = Framing.NONE;
    BadMessage ambiguous = null;
    try {
      framing = Framing.ofRequest(reads);
      if (framing > loop.limits().bodyBytes()) {
        throw tooLarge();
      }
    } catch (BadMessage e) {
      ambiguous = e;
    }
    Exchange next = front.begin(reads, framing);
    if (ambiguous != null) {
      throw ambiguous;
    }
    body.begin(framing);
    state = body.ended() ? State.ANSWER : State.BODY;
    next.start();
    return true;
  }

  private static BadMessage tooLarge() {
    return new BadMessage(
        new Problem(413, "body-too-large", "the body is longer than bodies may be here"));
  }

  private boolean bodyPiece(Exchange of, ByteBuf in) throws BadMessage {
    ByteBuf piece = body.next(in);
    if (piece != null) {
      boolean counts = !of.download().tunnels();
      if (counts && of.upload().bytes() + piece.readableBytes() > loop.limits().bodyBytes()) {
        piece.release();
        throw tooLarge();
      }
      of.upload().piece(piece);
    }
    if (body.ended() && of.equals(front.exchange()) && state == State.BODY) {
      state = State.ANSWER;
      of.upload().end();
    }
    return piece != null;
  }

  private boolean discardPiece(ByteBuf in) {
    ByteBuf piece;
    try {
      piece = body.next(in);
    } catch (BadMessage e) {
      front.linger();
      return false;
    }
    if (piece != null) {
      discarded += piece.readableBytes();
      piece.release();
    }
    if (body.ended()) {
      next();
      return true;
    }
    if (discarded > MAX_DISCARD) {
      front.linger();
    }
    return piece != null;
  }

  /** The request is answered, and the connection stays. */
  void answered() {
    if (state == State.BODY) {
      state = State.DISCARD;
      discarded = 0;
      front.awaitRest();
    } else {
      next();
    }
    if (pending != null || !front.channel().config().isAutoRead()) {
      process();
    }
  }

  private void next() {
    giveHead();
    state = State.HEAD;
    front.idle();
  }

  /** From now on bytes pass as they are. */
  void tunnel() {
    body.begin(Framing.UNTIL_CLOSE);
    state = State.BODY;
    process();
  }

  /** Nothing more is wanted. */
  void off() {
    state = State.OFF;
  }

  /** The connection is no more. */
  void end() {
    state = State.OFF;
    giveHead();
    if (!processing && pending != null) {
      pending.release();
      pending = null;
    }
  }

  private void giveHead() {
    if (head != null) {
      loop.giveHead(head);
      head = null;
    }
  }
}
