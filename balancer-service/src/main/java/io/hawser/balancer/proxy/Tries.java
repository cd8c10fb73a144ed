package io.hawser.balancer.proxy;

import io.hawser.balancer.core.AffinityTokens;
import io.hawser.balancer.core.Endpoint;
import io.hawser.balancer.core.Target;
import io.hawser.balancer.core.limit.RetryBudget;
import io.hawser.balancer.plane.BalancerSettings;
import io.hawser.balancer.wire.Field;
import io.hawser.balancer.wire.Head;
import io.hawser.balancer.wire.Problem;
import io.hawser.model.Facet.Affinity;
import io.hawser.model.Facet.Route;
import io.hawser.model.InstanceKey;
import io.hawser.model.Rendezvous;
import io.hawser.model.RoleTerm;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The instances that a request goes to, one after the other, and whether it may go to another one.
 * Owned by one event loop.
 */
final class Tries {
  private static final long NS_PER_MS = 1_000_000;
  private static final long BACKOFF_NS = 25_000_000;

  /** How many instances may take no connection before a request is given up. */
  private static final int MAX_UNSENT = 10;

  private final Loop loop;
  private final Target target;
  private final RetryBudget budget;
  private final String pinned;
  private final long key;
  private final int most;
  private final List<InstanceKey> tried = new ArrayList<>(1);
  private final List<String> failures = new ArrayList<>(0);
  private int unsent;
  private boolean overloaded;
  private long sentNs;
  private long waitEndNs;
  private boolean waited;
  private boolean sent;

  /**
   * @param address of the client
   */
  Tries(Loop loop, Target target, Head head, String address) {
    this.loop = loop;
    this.target = target;
    this.budget = loop.budget(target.pool().service());
    this.pinned = target.affinity() == Affinity.COOKIE ? cookie(head) : "";
    this.key = key(head, address);
    int tries = target.route().tries();
    this.most = tries == 0 ? BalancerSettings.MAX_TRIES : tries;
    budget.request(loop.nowNs());
  }

  private String cookie(Head head) {
    String found = "";
    for (int i = 0; i < head.count() && head.has(Field.COOKIE); i++) {
      if (head.kind(i) == Field.COOKIE) {
        String value = AffinityTokens.find(head.valueAt(i), target.pool().cookie());
        found = value.isEmpty() ? found : value;
      }
    }
    return found;
  }

  private long key(Head head, String address) {
    Route route = target.route();
    String text =
        switch (route.affinity()) {
          case HEADER -> head.valueOf(route.affinityHeader().toLowerCase(Locale.ROOT));
          case CLIENT_ADDRESS -> address;
          case NONE, COOKIE ->
              switch (route.strategy()) {
                case CONSISTENT_HASH -> target.uri();
                case ROUND_ROBIN,
                    WEIGHTED_RANDOM,
                    LEAST_CONNECTIONS,
                    DYNAMIC_SCORE,
                    TWO_CHOICES,
                    PEAK_EWMA ->
                    "";
              };
        };
    return text.isEmpty() ? loop.random().nextLong() : Rendezvous.hash(text);
  }

  /** The next one; empty when there is none left, or enough have been tried. */
  Optional<Endpoint> next() {
    if (used() >= most || unsent >= MAX_UNSENT) {
      return Optional.empty();
    }
    if (target.pool().exclusive()) {
      // The process may have stood still since the request came.
      loop.tick();
    }
    Optional<Endpoint> chosen = loop.chooser().choose(target, pinned, key, tried, loop.nowNs());
    chosen.ifPresent(endpoint -> tried.add(endpoint.key()));
    if (chosen.isPresent() && tried.size() > 1) {
      loop.meters().retry(target.pool().service());
    }
    return chosen;
  }

  /** How many tries are used up: one that took no connection costs none. */
  private int used() {
    return tried.size() - unsent;
  }

  /** For how much longer it waits in lines, at all instances together. */
  long patienceNs() {
    long nowNs = loop.nowNs();
    if (!waited) {
      waited = true;
      waitEndNs = nowNs + BalancerSettings.QUEUE_TIMEOUT_MS * NS_PER_MS;
    }
    return Math.max(0, waitEndNs - nowNs);
  }

  /** Nothing was sent there. */
  void notSent(Endpoint endpoint, String why, boolean crowded) {
    if (crowded) {
      overloaded = true;
    } else {
      unsent++;
    }
    failures.add(endpoint.key().id() + ": " + why);
  }

  /**
   * Whether the request, which was sent, may be sent to another one: then that counts.
   *
   * @param repeatable whether sending it twice does no harm
   */
  boolean repeat(boolean repeatable) {
    if (!repeatable || !others()) {
      return false;
    }
    boolean allowed = budget.take(loop.nowNs());
    if (!allowed) {
      loop.meters().retryOverflow(target.pool().service());
    }
    return allowed;
  }

  private boolean others() {
    return used() < most && tried.size() < target.pool().open().size();
  }

  /**
   * Before an answer that was an error is asked for again elsewhere: the second time not at once.
   */
  long backoffNs() {
    return used() < 2 ? 0 : loop.random().nextLong(BACKOFF_NS << Math.min(4, used() - 2));
  }

  /** How long the instance that is being tried may take to answer. */
  long responseNs(boolean repeatable) {
    long nowNs = loop.nowNs();
    if (!sent) {
      sent = true;
      sentNs = nowNs;
    }
    long left = leftNs(nowNs);
    long tryMs = target.route().tryTimeoutMs();
    long tryNs = tryMs == 0 ? loop.limits().tryNs() : tryMs * NS_PER_MS;
    return repeatable && others() ? Math.min(left, tryNs) : left;
  }

  /** Whether there is time for another one. */
  boolean timeLeft() {
    return !sent || leftNs(loop.nowNs()) > 0;
  }

  /**
   * How long it may go on: before it was sent, how long it may take until a connection is found, so
   * that instances which take none do not hold it up one after the other.
   */
  long leftNs() {
    return leftNs(loop.nowNs());
  }

  private long leftNs(long nowNs) {
    long allMs = target.route().responseTimeoutMs();
    long allNs = allMs == 0 ? loop.limits().responseNs() : allMs * NS_PER_MS;
    return sent ? Math.max(0, allNs - (nowNs - sentNs)) : allNs;
  }

  /** Whether the instance is not the one that the client's cookie names. */
  boolean moved(Endpoint endpoint) {
    return target.affinity() == Affinity.COOKIE && !endpoint.affinity().equals(pinned);
  }

  Problem nobody() {
    if (target.lapsed(loop.nowNs())) {
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
