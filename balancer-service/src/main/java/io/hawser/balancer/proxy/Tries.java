package io.hawser.balancer.proxy;

import io.hawser.balancer.core.Endpoint;
import io.hawser.balancer.core.EndpointState;
import io.hawser.balancer.core.EndpointState.Circuit;
import io.hawser.balancer.core.Target;
import io.hawser.balancer.core.limit.RetryBudget;
import io.hawser.balancer.plane.BalancerSettings;
import io.hawser.balancer.plane.ProxyMeters;
import io.hawser.balancer.proxy.Course.Again;
import io.hawser.balancer.proxy.Course.Another;
import io.hawser.balancer.proxy.Course.Ends;
import io.hawser.balancer.proxy.Course.Stays;
import io.hawser.balancer.wire.Problem;
import io.hawser.model.InstanceKey;
import io.hawser.model.RoleTerm;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a request has been, and where it goes next: the one place that decides whether it may be
 * tried again, and for how long. Not thread-safe: owned by one event loop.
 *
 * <pre>
 * UNSENT      another, ten times at most
 * UNANSWERED  another, else ends
 * STALE       another, else the same again, else ends
 * IDLED       the same again, else ends
 * ERROR       another, else ends
 * OVERDUE     another, else stays while there is time, else ends
 * </pre>
 *
 * <p>What was sent goes to another one only if sending it twice does no harm, one is left, tries
 * are left, and the budget gives. One is left that was not tried and does not refuse connections;
 * for an answer that may still come it has to be one that nothing is held against. Nothing goes on
 * when the time is over.
 */
final class Tries {
  private static final long NS_PER_MS = 1_000_000;
  private static final long BACKOFF_NS = 25_000_000;

  /** How many instances may be asked in vain for a connection before a request is given up. */
  static final int MAX_UNSENT = 10;

  private final Target target;
  private final RetryBudget budget;
  private final ProxyMeters meters;
  private final Limits limits;
  private final int most;
  private final List<InstanceKey> tried = new ArrayList<>(1);
  private final List<String> failures = new ArrayList<>(0);
  private int unsent;
  private int begun;
  private boolean overloaded;
  private boolean sent;
  private boolean waited;
  private long endNs;
  private long waitEndNs;

  Tries(RetryBudget budget, ProxyMeters meters, Target target, Limits limits) {
    this.budget = budget;
    this.meters = meters;
    this.target = target;
    this.limits = limits;
    int tries = target.route().tries();
    this.most = tries == 0 ? BalancerSettings.MAX_TRIES : tries;
  }

  /** The request has come: how long it may take until it is sent. */
  long beginNs(long nowNs) {
    budget.request(nowNs);
    endNs = nowNs + allNs();
    return allNs();
  }

  /** The instances that it has been to. */
  List<InstanceKey> tried() {
    return tried;
  }

  /** It goes there. */
  void to(Endpoint endpoint) {
    tried.add(endpoint.key());
  }

  /** Nothing was sent there. */
  void notSent(Endpoint endpoint, String why, boolean crowded) {
    unsent++;
    overloaded |= crowded;
    failures.add(endpoint.key().id() + ": " + why);
  }

  /** An instance is there, and it begins to be sent: from the second time on that counts. */
  void sending() {
    if (begun++ > 0) {
      meters.retry(target.pool().service());
    }
  }

  /** How many tries are used up: one that was not sent costs none. */
  private int used() {
    return tried.size() - unsent;
  }

  // ---- time

  private long allNs() {
    long allMs = target.route().responseTimeoutMs();
    return allMs == 0 ? limits.responseNs() : allMs * NS_PER_MS;
  }

  private long tryNs() {
    long tryMs = target.route().tryTimeoutMs();
    return tryMs == 0 ? limits.tryNs() : tryMs * NS_PER_MS;
  }

  /** For how much longer it waits in lines, at all instances together. */
  long patienceNs(long nowNs) {
    if (!waited) {
      waited = true;
      waitEndNs = nowNs + BalancerSettings.QUEUE_TIMEOUT_MS * NS_PER_MS;
    }
    return Math.max(0, waitEndNs - nowNs);
  }

  /**
   * How long it may go on: from when it was first sent whole; before, how long it may take until a
   * connection is found, so that instances which take none do not hold it up one after the other.
   */
  private long leftNs(long nowNs) {
    return Math.max(0, endNs - nowNs);
  }

  /**
   * It has been sent whole: how long the instance may take to answer before it is {@link
   * Course.Event#OVERDUE}.
   *
   * @param repeatable whether sending it twice does no harm
   */
  long responseNs(boolean repeatable, long nowNs) {
    if (!sent) {
      sent = true;
      endNs = nowNs + allNs();
    }
    long leftNs = leftNs(nowNs);
    return repeatable && others(false, nowNs) ? Math.min(leftNs, tryNs()) : leftNs;
  }

  // ---- from one instance to the next

  /**
   * Where it goes next.
   *
   * @param repeatable whether sending it twice does no harm
   */
  Course after(Course.Event what, boolean repeatable, long nowNs) {
    if (!sent && what != Course.Event.UNSENT) {
      // The client was at its body: the next one is looked for as the first one was.
      endNs = nowNs + allNs();
    }
    long leftNs = leftNs(nowNs);
    if (leftNs == 0) {
      return new Ends();
    }
    boolean another =
        switch (what) {
          case UNSENT -> unsent < MAX_UNSENT;
          case UNANSWERED, STALE, ERROR -> repeatable && mayRepeat(false, nowNs);
          // Sent whole, it may yet be answered.
          case OVERDUE -> repeatable && mayRepeat(sent, nowNs);
          case IDLED -> false;
        };
    if (another) {
      return new Another(what == Course.Event.ERROR ? backoffNs() : 0, leftNs);
    }
    return switch (what) {
      case STALE, IDLED -> repeatable ? new Again(leftNs) : new Ends();
      case OVERDUE -> sent ? new Stays(leftNs) : new Ends();
      case UNSENT, UNANSWERED, ERROR -> new Ends();
    };
  }

  /** Whether it may be sent to another one: then that counts. */
  private boolean mayRepeat(boolean trusted, long nowNs) {
    if (!others(trusted, nowNs)) {
      return false;
    }
    boolean allowed = budget.take(nowNs);
    if (!allowed) {
      meters.retryOverflow(target.pool().service());
    }
    return allowed;
  }

  /**
   * Whether one is left.
   *
   * @param trusted whether only one will do that nothing is held against
   */
  private boolean others(boolean trusted, long nowNs) {
    List<Endpoint> open = target.pool().open();
    for (int i = 0; used() < most && i < open.size(); i++) {
      EndpointState state = open.get(i).state();
      boolean out = trusted ? state.circuit(nowNs) != Circuit.CLOSED : state.refuses(nowNs);
      if (!out && !tried.contains(open.get(i).key())) {
        return true;
      }
    }
    return false;
  }

  /** An error is asked for again elsewhere at once; the second time not. */
  private long backoffNs() {
    return used() < 2 ? 0 : BACKOFF_NS << Math.min(4, used() - 2);
  }

  /** Why there is nobody to send it to. */
  Problem nobody(long nowNs) {
    if (target.lapsed(nowNs)) {
      return new Problem(503, RoleTerm.UNCONFIRMED, RoleTerm.unconfirmed(target.pool().service()));
    }
    String all = target.pool().service() + " has " + target.pool().census();
    if (failures.isEmpty()) {
      return new Problem(503, "no-instance", all + "; none is routable");
    }
    return new Problem(
        503,
        overloaded ? "overloaded" : "no-instance",
        all + "; none that was tried could be reached (" + String.join(", ", failures) + ")");
  }
}
