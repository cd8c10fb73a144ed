package io.hawser.balancer.proxy;

import io.hawser.balancer.core.Endpoint;
import io.hawser.balancer.core.Pool;
import io.hawser.balancer.wire.Head;
import io.hawser.balancer.wire.RequestHead;
import io.hawser.balancer.wire.RequestRules.Asked;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A request at one instance: counts as at work there from its begin to {@link #leave}. Owned by one
 * event loop.
 */
final class Attempt implements Lane.Rider {
  private static final long RECENT_NS = 1_000_000_000L;
  private static final int LOWEST_ERROR = 500;

  /** An answer that comes for so long counts as one, whenever it ends. */
  private static final long LONG_NS = 1_000_000_000L;

  private final Loop loop;
  private final Exchange exchange;
  private final Endpoint endpoint;
  private final Lane lane;
  private final boolean fresh;
  private final long startNs;
  private @Nullable Back back;
  private boolean entered;
  private boolean asked;
  private boolean heard;
  private boolean judged;
  private long askedNs;
  private boolean tunnels;

  /**
   * @param fresh whether only a new connection will do
   */
  Attempt(Loop loop, Exchange exchange, Endpoint endpoint, boolean fresh) {
    this.loop = loop;
    this.exchange = exchange;
    this.endpoint = endpoint;
    this.lane = loop.lane(endpoint);
    this.fresh = fresh;
    this.startNs = loop.nowNs();
  }

  Endpoint endpoint() {
    return endpoint;
  }

  Lane lane() {
    return lane;
  }

  boolean fresh() {
    return fresh;
  }

  /** The connection, from when there is one until it is let go of. */
  @Nullable Back back() {
    return back;
  }

  /**
   * Asks for a connection.
   *
   * @param harmless whether sending the request twice does no harm
   */
  void begin(boolean harmless) {
    entered = true;
    endpoint.state().enter();
    if (exchange.upload().ended()) {
      asked();
    }
    if (endpoint.state().working() > loop.limits().instanceRequests()) {
      crowded();
      return;
    }
    // What must not be sent twice goes on a connection that cannot have ended unseen.
    lane.board(this, fresh ? 0 : harmless ? Long.MAX_VALUE : RECENT_NS);
  }

  @Override
  public long patienceNs() {
    return exchange.patienceNs();
  }

  @Override
  public void connected(Back by) {
    if (exchange.finished()) {
      by.release(true);
      return;
    }
    if (lapsed()) {
      by.release(true);
      exchange.notSent(this, "its role has lapsed", false);
      return;
    }
    back = by;
    exchange.sending();
    by.hold(exchange.download());
    Head head = exchange.head();
    ByteBuf out = by.channel().alloc().buffer(RequestHead.size(head));
    RequestHead.write(out, head, exchange.upload().framing(), edits());
    Sockets.write(by.channel(), out);
    exchange.upload().begin(by.channel());
    exchange.front().flush();
  }

  /**
   * Whether the service is exclusive and this is not, or not any more, the one to go to: the
   * connection may have been long in coming, and the process may have stood still.
   */
  private boolean lapsed() {
    if (!exchange.exclusive()) {
      return false;
    }
    loop.tick();
    return !routed();
  }

  /** Whether the present table has requests go here, and the role stands if there has to be one. */
  boolean routed() {
    return loop.table().routes(endpoint, loop.nowNs());
  }

  private RequestHead.Edits edits() {
    Admission admission = exchange.admission();
    Asked asks = admission.asked();
    String host = asks.absolute() || asks.host().isEmpty() ? asks.host() : "";
    if (asks.host().isEmpty()) {
      host = endpoint.host() + ":" + endpoint.port();
    }
    return new RequestHead.Edits(
        admission.target().uri(),
        host,
        asks.host(),
        exchange.front().forwarding(),
        exchange.trace(),
        admission.upgrade(),
        exchange.upload().expects(),
        fresh,
        exchange.attempts());
  }

  @Override
  public void unreachable(String why) {
    loop.node().unreachable(endpoint, why, loop.nowNs());
    exchange.notSent(this, why, false);
  }

  @Override
  public void unresolved(String why) {
    exchange.notSent(this, why, false);
  }

  @Override
  public void crowded() {
    exchange.notSent(this, "all connections are in use", true);
  }

  /** The instance has all that it needs for an answer, or is about to get it at once. */
  void asked() {
    if (!asked) {
      asked = true;
      askedNs = loop.nowNs();
      endpoint.state().asked(askedNs);
    }
  }

  /** The head of an answer has come. How fast one was that came too early nobody can say. */
  void heard(int status) {
    heard = true;
    if (asked || status >= LOWEST_ERROR) {
      loop.node().began(endpoint, status, asked ? askedNs : loop.nowNs(), loop.nowNs());
    }
  }

  /** It has answered, as far as that is held in its favour or against it: once. */
  void judge(int status) {
    if (!judged) {
      judged = true;
      Pool pool = exchange.admission().target().pool();
      loop.node().answered(pool, endpoint, status, startNs, loop.nowNs());
    }
  }

  /** More of its answer has come. */
  void goesOn(int status) {
    if (loop.nowNs() - startNs > LONG_NS) {
      judge(status);
    }
  }

  /** Its connection has become a tunnel, which leaves its place to others. */
  void tunnel() {
    if (back != null && !tunnels) {
      tunnels = true;
      endpoint.state().tunnelBegan();
      back.tunnel();
    }
  }

  /** It has nothing more to do with the instance. */
  @Nullable Back leave() {
    Back by = back;
    back = null;
    if (entered) {
      entered = false;
      endpoint.state().leave();
      if (asked && !heard) {
        endpoint.state().givenUp(askedNs, by != null, loop.nowNs());
      }
      if (tunnels) {
        endpoint.state().tunnelEnded();
      } else if (by == null) {
        lane.leave(this);
      }
    }
    return by;
  }
}
