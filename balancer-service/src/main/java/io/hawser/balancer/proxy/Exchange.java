package io.hawser.balancer.proxy;

import io.hawser.balancer.core.Endpoint;
import io.hawser.balancer.core.Target;
import io.hawser.balancer.core.limit.Guard;
import io.hawser.balancer.plane.AccessLog;
import io.hawser.balancer.plane.BalancerSettings;
import io.hawser.balancer.plane.ProxyMeters;
import io.hawser.balancer.wire.BadMessage;
import io.hawser.balancer.wire.Body;
import io.hawser.balancer.wire.Field;
import io.hawser.balancer.wire.Framing;
import io.hawser.balancer.wire.Head;
import io.hawser.balancer.wire.Problem;
import io.hawser.balancer.wire.RequestHead;
import io.hawser.balancer.wire.RequestRules;
import io.hawser.balancer.wire.RequestRules.Asked;
import io.hawser.balancer.wire.Trace;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One request of a client, from its head to the end of its answer: finds its target, tries one
 * instance after the other as far as that does no harm, and counts how it ended. Owned by one event
 * loop.
 *
 * <p>What may be tried again: anything that was not sent; and a request without a body and without
 * effects when repeated, as long as no byte of an answer has come. The rest is answered with 502 or
 * 504, or, when an answer has begun, with a reset.
 */
final class Exchange implements Lane.Rider, Back.Holder {
  private static final long RECENT_NS = 1_000_000_000L;

  private final Loop loop;
  private final Front front;
  private final Head head;
  private final long startNs;
  private @Nullable Upload upload;
  private @Nullable Asked asked;
  private @Nullable Reply reply;
  private Reply.@Nullable Manner manner;
  private @Nullable Target target;
  private @Nullable Endpoint endpoint;
  private @Nullable Back back;
  private String upgrade = "";
  private boolean idempotent;
  private @Nullable Tries tries;
  private long triedNs;
  private int status;
  private long bytesOut;
  private String reason = "";
  private boolean fresh;
  private boolean entered;
  private boolean guarded;
  private boolean clientEnded;
  private boolean instanceEnded;
  private boolean finished;

  Exchange(Loop loop, Front front, Head head) {
    this.loop = loop;
    this.front = front;
    this.head = head;
    this.startNs = loop.nowNs();
    loop.node().requestBegan();
  }

  @Override
  public Front front() {
    return front;
  }

  private Target target() {
    return Objects.requireNonNull(target);
  }

  private Endpoint endpoint() {
    return Objects.requireNonNull(endpoint);
  }

  /** The request's head has come, and its framing is known. */
  void start(long framing) throws BadMessage {
    upload = new Upload(loop, front, this, head, framing);
    boolean headOnly = head.methodIs("HEAD");
    reply = new Reply(front.channel(), head.minor(), headOnly, RequestHead.wantsTrailers(head));
    asked = RequestRules.check(head);
    if (front.misdirected(asked.host())) {
      throw new BadMessage(
          new Problem(421, "misdirected", "TLS was set up for another host than is asked for"));
    }
    idempotent = RequestRules.idempotent(head);
    if (head.has(Field.UPGRADE)
        && head.minor() == 1
        && upload.ended()
        && head.hasToken(Field.CONNECTION, "upgrade")) {
      upgrade = head.hasToken(Field.UPGRADE, "h2c") ? "" : head.value(Field.UPGRADE);
    }
    Optional<Target> found = loop.table().match(asked.host(), asked.uri(), head::valueOf);
    if (found.isEmpty()) {
      refuse(
          new Problem(
              404,
              "unknown-route",
              "no route matches, and the path's first segment names no service"));
      return;
    }
    target = found.get();
    String client = front.clientAddress(head);
    Guard.Verdict verdict = target().guard().enter(client.hashCode(), startNs);
    if (verdict != Guard.Verdict.PASSES) {
      refuse(limited(verdict));
      return;
    }
    guarded = true;
    tries = new Tries(loop, target(), head, idempotent && upload.ended(), client);
    next();
  }

  private static Problem limited(Guard.Verdict verdict) {
    return switch (verdict) {
      case TOO_MANY_A_SECOND ->
          new Problem(429, "rate-limited", "the route takes no more requests a second");
      case TOO_MANY_OF_A_CLIENT ->
          new Problem(429, "rate-limited", "the route takes no more requests of a client a second");
      case TOO_MANY_AT_ONCE, PASSES ->
          new Problem(503, "overloaded", "the route takes no more requests at once");
    };
  }

  private Tries tries() {
    return Objects.requireNonNull(tries);
  }

  private void next() {
    Optional<Endpoint> chosen = tries().next();
    if (chosen.isPresent()) {
      go(chosen.get(), false);
    } else {
      refuse(tries().nobody());
    }
  }

  private void go(Endpoint to, boolean onFresh) {
    endpoint = to;
    fresh = onFresh;
    triedNs = loop.nowNs();
    entered = true;
    to.state().enter();
    if (to.state().active() > BalancerSettings.IN_FLIGHT_PER_INSTANCE) {
      crowded();
      return;
    }
    // What must not be sent twice goes on a connection that cannot have ended unseen.
    boolean harmless = idempotent && upload().ended();
    loop.lane(to).board(this, onFresh ? 0 : harmless ? Long.MAX_VALUE : RECENT_NS);
  }

  private Upload upload() {
    return Objects.requireNonNull(upload);
  }

  // ---- what the lane says

  @Override
  public void connected(Back by) {
    if (finished) {
      by.release(true);
      return;
    }
    back = by;
    by.hold(this);
    ByteBuf out = by.channel().alloc().buffer(RequestHead.size(head));
    RequestHead.write(out, head, upload().framing(), edits());
    Sockets.write(by.channel(), out);
    upload().begin(by.channel());
    if (!front.reading()) {
      upload().flush();
    }
  }

  private RequestHead.Edits edits() {
    Asked asks = Objects.requireNonNull(asked);
    String host = asks.absolute() || asks.host().isEmpty() ? asks.host() : "";
    if (asks.host().isEmpty()) {
      host = endpoint().host() + ":" + endpoint().port();
    }
    return new RequestHead.Edits(
        target().uri(),
        host,
        asks.host(),
        front.forwarding(),
        Trace.of(head, loop.random().nextLong(), loop.random().nextLong()),
        upgrade,
        upload().expects(),
        fresh);
  }

  @Override
  public void unreachable(String why) {
    loop.node().unreachable(endpoint(), why, loop.nowNs());
    notSent(why, false);
  }

  @Override
  public void crowded() {
    notSent("all connections are in use", true);
  }

  /** Nothing was sent: any request may go elsewhere. */
  private void notSent(String why, boolean crowded) {
    tries().notSent(endpoint(), why, crowded);
    leave();
    if (!finished) {
      next();
    }
    front.flush();
  }

  private void leave() {
    if (entered) {
      entered = false;
      endpoint().state().leave();
    }
  }

  // ---- what the client sends

  boolean takesBody() {
    return upload != null && upload.takes();
  }

  void body(ByteBuf piece) {
    upload().piece(piece);
  }

  void bodyEnded() {
    upload().end();
  }

  void flushUpload() {
    if (upload != null) {
      upload.flush();
    }
  }

  /** What came is no body, or no request that may be served. */
  void unreadable(Problem problem) {
    if (manner != null) {
      clientGone();
      front.cut();
      return;
    }
    refuse(problem);
  }

  /**
   * The client has ended its side.
   *
   * @param whole whether the request had come to its end
   * @return whether it is served all the same
   */
  boolean halfClosed(boolean whole) {
    if (tunnels()) {
      clientEnded = true;
      if (instanceEnded) {
        tunnelEnded();
      } else if (back != null) {
        Channel instance = back.channel();
        Sockets.afterFlush(instance, () -> Sockets.shutdownOutput(instance));
      }
      return true;
    }
    return whole && loop.limits().serveHalfClosed();
  }

  @Override
  public void instanceHalfClosed() {
    instanceEnded = true;
    if (clientEnded) {
      tunnelEnded();
    } else {
      Sockets.afterFlush(front.channel(), () -> Sockets.shutdownOutput(front.channel()));
    }
  }

  /** Both sides have ended. */
  private void tunnelEnded() {
    Back by = back;
    back = null;
    upload().stop();
    leave();
    finish(status, false);
    if (by != null) {
      by.finish();
    }
    front.settle(true);
  }

  private boolean tunnels() {
    return status == 101;
  }

  void clientWritable() {
    if (back != null) {
      back.resume();
      upload().stream();
    }
  }

  void clientGone() {
    if (!finished) {
      reason = tunnels() ? "" : "client-gone";
      finish(tunnels() ? status : ProxyMeters.ABORTED, false);
      drop();
    }
  }

  /** The client does not send its body. */
  void tooSlow() {
    refuse(
        new Problem(
            408,
            "body-too-slow",
            "fewer than "
                + BalancerSettings.BODY_PROGRESS_BYTES
                + " bytes of the body came within the time for them"));
  }

  // ---- what the instance says

  @Override
  public void information(Head information) {
    if (information.status() != 100) {
      Objects.requireNonNull(reply).information(information);
    } else {
      upload().goOn();
    }
  }

  @Override
  public void answered(Head answer, Body body) throws BadMessage {
    boolean switches = answer.status() == 101;
    if (switches && upgrade.isEmpty()) {
      garbled("it switched protocols unasked");
      return;
    }
    Reply.Manner how =
        switches
            ? new Reply.Manner(false, false, false)
            : Objects.requireNonNull(reply).manner(answer, body, lastOnConnection());
    loop.node().answered(target().pool(), endpoint(), answer.status(), triedNs, loop.nowNs());
    Back by = Objects.requireNonNull(back);
    by.keepFor(Reply.keepNs(answer));
    if (excused(answer) && tries().timeLeft() && tries().repeat()) {
      by.handOver(new Discard(by, how.keep()));
      elsewhere(tries().backoffNs());
      return;
    }
    status = answer.status();
    upload().answered();
    manner = how;
    Objects.requireNonNull(reply)
        .head(answer, how, switches ? protocol(answer) : "", lines(), own());
    if (switches) {
      body.begin(Framing.UNTIL_CLOSE);
      upload().tunnel();
      by.tunnel();
      front.tunnel();
    }
    upload().stream();
  }

  /** What is switched to: as the instance says, else what the client asked for. */
  private String protocol(Head answer) {
    return answer.has(Field.UPGRADE) ? answer.value(Field.UPGRADE) : upgrade;
  }

  /** Whether another instance may do better. */
  private static boolean excused(Head answer) {
    boolean cannot = answer.status() >= 502 && answer.status() <= 504;
    return cannot && !answer.has(Field.X_OVERLOADED);
  }

  /** Goes to another instance, having let go of this one. */
  private void elsewhere(long afterNs) {
    back = null;
    upload().stop();
    leave();
    front.await(Front.Phase.RESPONSE, loop.limits().responseNs());
    if (afterNs == 0) {
      next();
    } else {
      loop.after(
          afterNs,
          () -> {
            if (!finished) {
              next();
            }
          });
    }
  }

  /** Lines of the balancer's own. */
  private String lines() {
    boolean moved = tries().moved(endpoint());
    if (!moved && !loop.limits().exposeInstance()) {
      return "";
    }
    StringBuilder lines = new StringBuilder();
    if (loop.limits().exposeInstance()) {
      lines.append("Hawser-Instance: ").append(endpoint().key().id()).append("\r\n");
    }
    if (moved) {
      lines.append("Set-Cookie: ").append(target().pool().cookie()).append('=');
      lines.append(endpoint().affinity()).append("; Path=/; HttpOnly; SameSite=Lax\r\n");
    }
    return lines.toString();
  }

  private long own() {
    return loop.limits().exposeInstance() ? 1L << Field.HAWSER_INSTANCE : 0;
  }

  @Override
  public void answerPiece(ByteBuf piece) {
    bytesOut += piece.readableBytes();
    Objects.requireNonNull(reply).piece(piece, Objects.requireNonNull(manner).chunked());
    if (!front.channel().isWritable() && back != null) {
      back.pause();
    }
    upload().stream();
  }

  @Override
  public void answerEnded(byte[] trailers) {
    Reply.Manner how = Objects.requireNonNull(manner);
    Objects.requireNonNull(reply).end(how.chunked(), trailers);
    boolean reusable = how.keep() && upload().ended() && !fresh;
    Back done = back;
    back = null;
    upload().stop();
    leave();
    finish(status, status >= 500);
    if (done != null) {
      done.release(reusable);
    }
    front.settle(how.close() || tunnels());
  }

  @Override
  public void garbled(String detail) {
    if (manner != null) {
      truncated();
      return;
    }
    String who = who(endpoint());
    refuse(new Problem(502, "upstream-failed", who + " sent what is no answer: " + detail));
  }

  @Override
  public boolean uploadFailed() {
    upload().stop();
    return manner == null;
  }

  @Override
  public void instanceWritable(boolean writable) {
    if (writable) {
      upload().writable();
    }
  }

  @Override
  public void lost(boolean begun) {
    if (finished) {
      return;
    }
    if (manner != null) {
      truncated();
    } else if (begun) {
      garbled("it broke off");
    } else {
      unanswered();
    }
  }

  /** It was sent, and no byte of an answer came. */
  private void unanswered() {
    Endpoint by = endpoint();
    boolean reused = back != null && back.reused();
    if (!reused) {
      loop.node()
          .unanswered(target().pool(), by, "connection closed without an answer", loop.nowNs());
    }
    back = null;
    upload().stop();
    leave();
    if (tries().repeat()) {
      next();
    } else if (reused && tries().repeatable()) {
      // It may just have closed a connection that it thought idle.
      go(by, true);
    } else {
      refuse(
          new Problem(
              502, "upstream-failed", who(by) + " closed the connection without an answer"));
    }
  }

  void timedOut() {
    Endpoint by = endpoint;
    if (by == null) {
      refuse(new Problem(504, "upstream-timeout", "no instance could be had in time"));
      return;
    }
    if (back != null) {
      loop.node().unanswered(target().pool(), by, "no answer in time", loop.nowNs());
      if (tries().timeLeft() && tries().repeat()) {
        drop();
        elsewhere(0);
        return;
      }
    }
    refuse(new Problem(504, "upstream-timeout", who(by) + " did not answer in time"));
  }

  /** How long the instance may take to answer. */
  long responseNs() {
    return tries().responseNs();
  }

  /** The answer broke off. */
  private void truncated() {
    reason = tunnels() ? "" : "truncated";
    finish(tunnels() ? status : 502, !tunnels());
    drop();
    if (tunnels()) {
      front.settle(true);
    } else {
      front.cut();
    }
  }

  // ---- the ways to end

  /** Answers on the balancer's own account. */
  void refuse(Problem problem) {
    if (finished) {
      return;
    }
    boolean close = problem.poisons() || lastOnConnection();
    reason = problem.code();
    finish(problem.status(), problem.status() >= 500);
    drop();
    String connection = close ? "close" : head.minor() == 0 ? "keep-alive" : "";
    Sockets.write(
        front.channel(),
        problem.encode(front.channel().alloc(), head.methodIs("HEAD"), connection));
    front.settle(close);
    if (!front.reading()) {
      front.flush();
    }
  }

  /** Lets go of the instance, in the middle of whatever it was at. */
  private void drop() {
    Back by = back;
    back = null;
    if (upload != null) {
      upload.stop();
    }
    if (by != null) {
      by.abandon();
    }
    leave();
  }

  /** Whether the client's connection ends with this answer. */
  private boolean lastOnConnection() {
    boolean keep =
        head.minor() == 1
            ? !head.hasToken(Field.CONNECTION, "close")
            : head.hasToken(Field.CONNECTION, "keep-alive");
    return !keep || (upload != null && upload.heldBack()) || front.lastAnswer();
  }

  private void finish(int with, boolean error) {
    if (finished) {
      return;
    }
    finished = true;
    loop.node().requestEnded();
    if (guarded) {
      target().guard().leave();
    }
    String service = target == null ? "" : target.pool().service();
    long tookNs = loop.nowNs() - startNs;
    loop.meters().request(service, with, tookNs);
    loop.accessLog().ifPresent(log -> log.add(entry(service, with, tookNs / 1_000)));
    if (!service.isEmpty()) {
      loop.traffic().record(service, loop.wallMs(), tookNs / 1_000, error);
    }
  }

  private AccessLog.Entry entry(String service, int with, long tookUs) {
    String uri = asked == null ? head.target() : asked.uri();
    return new AccessLog.Entry(
        loop.wallMs(),
        front.clientAddress(head),
        head.method(),
        asked == null ? "" : asked.host(),
        uri,
        with,
        reason,
        service,
        endpoint == null ? "" : endpoint.key().id(),
        tookUs,
        upload == null ? 0 : upload.bytes(),
        bytesOut,
        head.value(Field.X_REQUEST_ID));
  }

  private static String who(Endpoint endpoint) {
    return "instance " + endpoint.key().id() + " of " + endpoint.key().service();
  }
}
