package io.hawser.balancer.proxy;

import io.hawser.balancer.core.Endpoint;
import io.hawser.balancer.proxy.Reply.Manner;
import io.hawser.balancer.wire.BadMessage;
import io.hawser.balancer.wire.Body;
import io.hawser.balancer.wire.Field;
import io.hawser.balancer.wire.Framing;
import io.hawser.balancer.wire.Head;
import io.hawser.balancer.wire.Problem;
import io.hawser.balancer.wire.RequestHead;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an instance says to a request, and how it is handed on: to the client, or, as long as
 * nothing of it has gone there, to the exchange, which may go to another instance. Owned by one
 * event loop.
 */
final class Download implements Back.Holder {
  private static final int SWITCHES = 101;

  private final Loop loop;
  private final Front front;
  private final Exchange exchange;
  private final Reply reply;

  /** Known when an answer has begun. */
  private @Nullable Manner manner;

  private @Nullable Tunnel tunnel;
  private int status;
  private boolean promised;

  Download(Loop loop, Front front, Exchange exchange, Head head) {
    this.loop = loop;
    this.front = front;
    this.exchange = exchange;
    this.reply =
        new Reply(
            front.channel(), head.minor(), head.methodIs("HEAD"), RequestHead.wantsTrailers(head));
  }

  @Override
  public Front front() {
    return front;
  }

  /** Whether part of the answer may have been read by the client. */
  boolean begun() {
    return manner != null;
  }

  boolean tunnels() {
    return tunnel != null;
  }

  /** Whether the instance has said how long its answer, which has begun, is going to be. */
  boolean promised() {
    return promised;
  }

  /** Of the answer, once it has begun. */
  int status() {
    return status;
  }

  /** What is held back is to be seen. */
  void push() {
    reply.push();
  }

  /** Nothing more goes to the client. */
  void close() {
    reply.drop();
  }

  @Override
  public void information(Head information) {
    if (information.status() != 100) {
      reply.information(information);
      pauseIfFull();
    } else {
      exchange.upload().goOn();
    }
  }

  @Override
  public void answered(Head answer, Body body) throws BadMessage {
    boolean switches = answer.status() == SWITCHES;
    if (switches && exchange.admission().upgrade().isEmpty()) {
      garbled("it switched protocols unasked");
      return;
    }
    Manner how =
        switches
            ? new Manner(false, false, false)
            : reply.manner(answer, body, exchange.lastOnConnection());
    Back from = Objects.requireNonNull(exchange.attempt().back());
    from.keepFor(Reply.keepNs(answer));
    if (exchange.goesElsewhere(answer, from, how.keep())) {
      return;
    }
    status = answer.status();
    manner = how;
    promised = !body.untilClose() && body.left() != Long.MAX_VALUE;
    exchange.upload().answered();
    begin(answer, how, switches, body);
    if (switches) {
      exchange.judge();
      reply.push();
      body.begin(Framing.UNTIL_CLOSE);
      tunnel = new Tunnel(this, from.channel(), front.channel());
      exchange.upload().tunnel();
      exchange.attempt().tunnel();
      front.tunnel();
    }
    exchange.upload().stream();
  }

  private void begin(Head answer, Manner how, boolean switches, Body body) {
    Endpoint by = exchange.attempt().endpoint();
    boolean exposes = loop.limits().exposeInstance();
    byte[] lines = exposes ? exchange.attempt().lane().nameLine() : Reply.NO_LINES;
    if (exchange.moved()) {
      String cookie = exchange.admission().target().pool().cookie();
      lines = Reply.join(lines, Reply.cookie(cookie, by, front.overTls()));
    }
    long own = exposes ? 1L << Field.HAWSER_INSTANCE : 0;
    reply.head(answer, how, switches ? protocol(answer) : "", lines, own, body.left());
  }

  /** What is switched to: as the instance says, else what the client asked for. */
  private String protocol(Head answer) {
    return answer.has(Field.UPGRADE) ? answer.value(Field.UPGRADE) : exchange.admission().upgrade();
  }

  @Override
  public void answerPiece(ByteBuf piece) {
    exchange.sent(piece.readableBytes());
    reply.piece(piece, Objects.requireNonNull(manner).chunked());
    pauseIfFull();
    exchange.upload().stream();
  }

  /** An instance is read no faster than its client reads. */
  private void pauseIfFull() {
    Back by = exchange.back();
    if (!front.channel().isWritable() && by != null) {
      by.pause();
    }
  }

  @Override
  public void answerEnded(byte[] trailers) {
    Manner how = Objects.requireNonNull(manner);
    reply.end(how.chunked(), trailers);
    exchange.answered(how);
  }

  @Override
  public void garbled(String detail) {
    if (begun()) {
      exchange.truncated(true);
      return;
    }
    exchange.silent("sent what is no answer");
    exchange.refuse(
        new Problem(502, "upstream-failed", exchange.who() + " sent what is no answer: " + detail));
  }

  @Override
  public boolean uploadFailed() {
    exchange.upload().stop();
    return !tunnels();
  }

  @Override
  public void instanceWritable(boolean writable) {
    if (writable) {
      exchange.upload().writable();
    }
  }

  @Override
  public void lost(boolean some, Back.Loss how) {
    if (exchange.finished()) {
      return;
    }
    if (how == Back.Loss.FAULT) {
      exchange.faulty();
    } else if (begun()) {
      exchange.truncated(how == Back.Loss.BREAK);
    } else if (some) {
      garbled("it broke off");
    } else {
      exchange.unanswered();
    }
  }

  // ---- a tunnel

  @Override
  public boolean instanceHalfClosed() {
    if (tunnel == null) {
      return false;
    }
    tunnel.instanceHalfClosed();
    return true;
  }

  /** Whether there is a tunnel, which takes the end of the client's side as such. */
  boolean clientHalfClosed() {
    if (tunnel == null) {
      return false;
    }
    tunnel.clientHalfClosed();
    return true;
  }

  /** Both sides of it have ended. */
  void tunnelEnded() {
    exchange.tunnelEnded();
  }
}
