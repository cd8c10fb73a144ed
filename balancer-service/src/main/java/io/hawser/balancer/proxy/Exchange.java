package io.hawser.balancer.proxy;

import io.hawser.balancer.core.Endpoint;
import io.hawser.balancer.core.Pool;
import io.hawser.balancer.plane.BalancerSettings;
import io.hawser.balancer.plane.ProxyMeters;
import io.hawser.balancer.wire.BadMessage;
import io.hawser.balancer.wire.Field;
import io.hawser.balancer.wire.Head;
import io.hawser.balancer.wire.Problem;
import io.hawser.balancer.wire.RequestRules;
import io.hawser.balancer.wire.Trace;
import io.hawser.model.RoleTerm;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One request of a client, from its head to the end of its answer: has it admitted, and goes to one
 * instance after the other as its {@link Tries} say. Its body is an {@link Upload}, its answer a
 * {@link Download}, what becomes of it stands in an {@link Account}. Owned by one event loop.
 *
 * <p>What cannot go on is answered with 502, 503 or 504, or, when an answer has begun, with a
 * reset.
 *
 * <p>Long for this project, as all the ways that a request may take are best read in one place.
 */
final class Exchange {
  private static final int REQUEST_TIMEOUT = 408;

  private final Loop loop;
  private final Front front;
  private final Head head;
  private final Account account;
  private final Upload upload;
  private final Download download;
  private final boolean idempotent;
  private @Nullable Admission admission;
  private @Nullable Tries tries;
  private @Nullable Attempt attempt;
  private @Nullable Trace trace;

  /**
   * @param framing of the body, as of {@link io.hawser.balancer.wire.Framing}
   */
  Exchange(Loop loop, Front front, Head head, long framing) {
    this.loop = loop;
    this.front = front;
    this.head = head;
    this.account = new Account(loop, front, head);
    this.idempotent = RequestRules.idempotent(head);
    this.upload = new Upload(loop, front, this, head, framing, idempotent);
    this.download = new Download(loop, front, this, head);
  }

  Front front() {
    return front;
  }

  Head head() {
    return head;
  }

  Upload upload() {
    return upload;
  }

  Download download() {
    return download;
  }

  Admission admission() {
    return Objects.requireNonNull(admission);
  }

  Attempt attempt() {
    return Objects.requireNonNull(attempt);
  }

  /** The same for each try. */
  Trace trace() {
    Trace present = trace;
    if (present == null) {
      present = Trace.of(head, loop.random().nextLong(), loop.random().nextLong());
      trace = present;
      account.traced(present);
    }
    return present;
  }

  private Tries tries() {
    return Objects.requireNonNull(tries);
  }

  /** The connection to the instance that is tried, while there is one. */
  @Nullable Back back() {
    return attempt == null ? null : attempt.back();
  }

  boolean finished() {
    return account.closed();
  }

  void sent(int bytes) {
    account.sent(bytes);
    attempt().goesOn(download.status());
  }

  /** The instance has answered, as far as that is held in its favour or against it. */
  void judge() {
    attempt().judge(download.status());
  }

  /** How many times it was sent somewhere, or was going to be. */
  int attempts() {
    return account.attempts();
  }

  /** The instance that is tried, for people. */
  String who() {
    Endpoint at = attempt().endpoint();
    return "instance " + at.key().id() + " of " + at.key().service();
  }

  // ---- from one instance to the next

  /** Finds where the request goes, and sends it there. */
  void start() throws BadMessage {
    Admission let = Admission.of(loop, front, head, upload.ended(), account);
    admission = let;
    tries = new Tries(loop.budget(let.service()), loop.meters(), let.target(), loop.limits());
    front.await(Patience.Phase.RESPONSE, tries().beginNs(loop.nowNs()));
    next();
  }

  /** To whom the strategy chooses of those that it has not been to. */
  private void next() {
    if (finished()) {
      return;
    }
    Optional<Endpoint> chosen = admission().choose(loop, tries().tried());
    if (chosen.isPresent()) {
      tries().to(chosen.get());
      go(chosen.get(), false);
    } else {
      refuse(tries().nobody(loop.nowNs()));
    }
  }

  private void go(Endpoint to, boolean onFresh) {
    Attempt begun = new Attempt(loop, this, to, onFresh);
    attempt = begun;
    account.tries(to);
    begun.begin(repeatable() && upload.framing() >= 0);
  }

  private Course after(Course.Event what) {
    return tries().after(what, repeatable(), loop.nowNs());
  }

  /**
   * Goes on as it says, with the time that is left; unless it stays, the instance has been let go
   * of.
   *
   * @return whether it goes on
   */
  private boolean follow(Course course) {
    if (course.ends()) {
      return false;
    }
    front.await(Patience.Phase.RESPONSE, course.leftNs());
    if (course instanceof Course.Again) {
      go(attempt().endpoint(), true);
    } else if (course instanceof Course.Another another) {
      if (another.withinNs() == 0) {
        next();
      } else {
        loop.after(loop.random().nextLong(another.withinNs()), this::next);
      }
    }
    return true;
  }

  /** Whether sending it once more does no harm. */
  private boolean repeatable() {
    return idempotent && upload.replayable();
  }

  /** Whether the instance is not the one that the client's cookie names. */
  boolean moved() {
    return admission().moved(attempt().endpoint());
  }

  /**
   * An answer that has begun stands still.
   *
   * @return whether it is the instance that does not go on, and all is done
   */
  boolean stalled() {
    // One that does not read, or does not go on with its body, is what the instance waits for.
    boolean byClient = !front.channel().isWritable() || (!upload.ended() && upload.takes());
    boolean byInstance = download.begun() && !download.tunnels() && !byClient;
    if (byInstance) {
      brokeOff(true, download.promised());
    }
    return byInstance;
  }

  /** For how much longer it waits for connections. */
  long patienceNs() {
    return tries().patienceNs(loop.nowNs());
  }

  /** How long the instance may take to answer. */
  long responseNs() {
    return tries().responseNs(repeatable(), loop.nowNs());
  }

  /** Whether the service is exclusive now, or was when the request came. */
  boolean exclusive() {
    Pool pool = admission().target().pool();
    return pool.exclusive() || loop.table().exclusive(pool.service());
  }

  /** An instance is there, and is sent the request. */
  void sending() {
    tries().sending();
    if (exclusive()) {
      loop.watch(this);
    }
  }

  /** Ends what goes on to have effects at an instance whose role has lapsed. */
  void checkRole() {
    boolean acts = back() != null && (download.tunnels() || !upload.ended());
    if (!acts || finished() || attempt().routed()) {
      return;
    }
    if (download.begun()) {
      finish(download.status(), RoleTerm.UNCONFIRMED, !download.tunnels());
      drop();
      front.cut();
    } else {
      String who = RoleTerm.unconfirmed(admission().service());
      refuse(new Problem(503, RoleTerm.UNCONFIRMED, who));
    }
  }

  /** Nothing was sent: any request may go elsewhere. */
  void notSent(Attempt by, String why, boolean crowded) {
    tries().notSent(by.endpoint(), why, crowded);
    Back unused = by.leave();
    if (!finished() && !follow(after(Course.Event.UNSENT))) {
      refuse(tries().nobody(loop.nowNs()));
    }
    front.flush();
  }

  /**
   * The head of an answer has come.
   *
   * @param keep whether the connection can be used again when the answer has been read
   * @return whether another instance is asked instead
   */
  boolean goesElsewhere(Head answer, Back from, boolean keep) {
    Attempt by = attempt();
    if (answer.status() == REQUEST_TIMEOUT && from.reused() && !keep) {
      // It has ended a connection that it thought idle, as the request was under way to it.
      Course course = after(Course.Event.IDLED);
      if (!course.ends()) {
        drop();
        return follow(course);
      }
    }
    by.heard(answer.status());
    boolean cannot = answer.status() >= 502 && answer.status() <= 504;
    if (!cannot || !upload.ended() || answer.has(Field.X_OVERLOADED)) {
      return false;
    }
    Course course = after(Course.Event.ERROR);
    if (course.ends()) {
      return false;
    }
    by.judge(answer.status());
    from.discard(keep);
    upload.stop();
    Back unused = by.leave();
    return follow(course);
  }

  /** It was sent, and no byte of an answer came. */
  void unanswered() {
    upload.stop();
    Back was = attempt().leave();
    boolean reused = was != null && was.reused();
    if (!reused) {
      silent("connection closed without an answer");
    }
    if (!follow(after(reused ? Course.Event.STALE : Course.Event.UNANSWERED))) {
      refuse(
          new Problem(502, "upstream-failed", who() + " closed the connection without an answer"));
    }
  }

  /** It did not do what an instance is for, as far as the instance is concerned. */
  void silent(String how) {
    loop.node().unanswered(admission().target().pool(), attempt().endpoint(), how, loop.nowNs());
  }

  void timedOut() {
    if (back() == null) {
      refuse(new Problem(504, "upstream-timeout", "no connection could be had in time"));
      return;
    }
    Course course = after(Course.Event.OVERDUE);
    if (!(course instanceof Course.Stays)) {
      silent("no answer in time");
      drop();
    }
    if (!follow(course)) {
      refuse(new Problem(504, "upstream-timeout", who() + " did not answer in time"));
    }
  }

  // ---- what the client does

  /** What came is no body, or no request that may be served. */
  void unreadable(Problem problem) {
    if (download.begun()) {
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
    return download.clientHalfClosed() || (whole && loop.limits().serveHalfClosed());
  }

  void clientWritable() {
    Back by = back();
    if (by != null) {
      by.resume();
      if (download.begun()) {
        upload.stream();
      }
    }
  }

  void clientGone() {
    cutOff("client-gone");
  }

  /** Nobody waits for the answer any more. */
  void cutOff(String reason) {
    if (!finished()) {
      boolean tunnels = download.tunnels();
      finish(tunnels ? download.status() : ProxyMeters.ABORTED, tunnels ? "" : reason, false);
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

  /** Whether the client's connection ends with this answer. */
  boolean lastOnConnection() {
    boolean keep =
        head.minor() == 1
            ? !head.hasToken(Field.CONNECTION, "close")
            : head.hasToken(Field.CONNECTION, "keep-alive");
    return !keep || !upload.brief() || front.lastAnswer();
  }

  // ---- the ways to end

  /** The whole answer has been handed on. */
  void answered(Reply.Manner how) {
    boolean reusable = how.keep() && upload.ended() && !attempt().fresh();
    judge();
    upload.stop();
    Back done = attempt().leave();
    finish(download.status(), "", download.status() >= 500);
    if (done != null) {
      done.release(reusable);
    }
    front.settle(how.close() || download.tunnels());
  }

  void tunnelEnded() {
    upload.stop();
    Back done = attempt().leave();
    finish(download.status(), "", false);
    if (done != null) {
      done.finish();
    }
    front.settle(true);
  }

  /** Something failed here, which is nothing against the instance. */
  void faulty() {
    if (download.begun()) {
      finish(502, "truncated", true);
      drop();
      front.cut();
    } else {
      refuse(new Problem(502, "upstream-failed", "what " + who() + " said could not be handed on"));
    }
  }

  /**
   * The answer broke off.
   *
   * @param broken whether the connection did, rather than being closed as a tunnel may be
   */
  void truncated(boolean broken) {
    brokeOff(broken, true);
  }

  /**
   * @param failed whether the instance did: what streams without an end may have nothing to say
   */
  private void brokeOff(boolean broken, boolean failed) {
    boolean tunnels = download.tunnels();
    if (failed && !tunnels) {
      silent("broke off its answer");
    }
    finish(tunnels ? download.status() : 502, tunnels ? "" : "truncated", !tunnels);
    drop();
    if (tunnels && !broken) {
      front.settle(true);
    } else {
      front.cut();
    }
  }

  /** Answers on the balancer's own account. */
  void refuse(Problem problem) {
    if (finished()) {
      return;
    }
    boolean close = problem.poisons() || lastOnConnection();
    finish(problem.status(), problem.code(), problem.status() >= 500);
    drop();
    String connection = close ? "close" : head.minor() == 0 ? "keep-alive" : "";
    Sockets.write(
        front.channel(),
        problem.encode(front.channel().alloc(), head.methodIs("HEAD"), connection));
    front.settle(close);
    front.flush();
  }

  /** Lets go of the instance, in the middle of whatever it was at. */
  private void drop() {
    upload.stop();
    Back by = attempt == null ? null : attempt.leave();
    if (by != null) {
      by.abandon();
    }
  }

  private void finish(int status, String reason, boolean error) {
    loop.unwatch(this);
    download.close();
    account.close(status, reason, error, upload.bytes());
    upload.close();
  }
}
