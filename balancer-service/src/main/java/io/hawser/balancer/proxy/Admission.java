package io.hawser.balancer.proxy;

import io.hawser.balancer.core.AffinityTokens;
import io.hawser.balancer.core.Endpoint;
import io.hawser.balancer.core.Target;
import io.hawser.balancer.core.limit.Guard;
import io.hawser.balancer.wire.BadMessage;
import io.hawser.balancer.wire.Field;
import io.hawser.balancer.wire.Head;
import io.hawser.balancer.wire.Problem;
import io.hawser.balancer.wire.RequestRules;
import io.hawser.balancer.wire.RequestRules.Asked;
import io.hawser.model.Facet.Affinity;
import io.hawser.model.Facet.Route;
import io.hawser.model.InstanceKey;
import io.hawser.model.Rendezvous;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether a request is let in, and where it goes.
 *
 * @param upgrade the protocol that it asks to switch to; empty for none
 * @param pinned the instance that the client's cookie names; empty for none
 * @param key a hash of what keeps the client with an instance; any number without
 */
record Admission(Asked asked, Target target, String upgrade, String pinned, long key) {
  /**
   * @param bodiless whether it has no body
   * @throws BadMessage when it is not
   */
  static Admission of(Loop loop, Front front, Head head, boolean bodiless, Account account)
      throws BadMessage {
    Asked asked = RequestRules.check(head);
    account.asks(asked);
    if (front.misdirected(asked.host())) {
      throw refusal(421, "misdirected", "TLS was set up for another host than is asked for");
    }
    Target target = loop.table().match(asked.host(), asked.uri(), head::valueOf).orElse(null);
    if (target == null) {
      throw refusal(
          404, "unknown-route", "no route matches, and the path's first segment names no service");
    }
    account.routed(target);
    String client = front.clientAddress(head);
    Guard.Verdict verdict = target.guard().enter(client.hashCode(), account.startNs());
    if (verdict != Guard.Verdict.PASSES) {
      throw new BadMessage(limited(verdict));
    }
    account.admitted();
    String pinned = target.affinity() == Affinity.COOKIE ? cookie(head, target) : "";
    String kept = kept(head, target, client);
    long key = kept.isEmpty() ? loop.random().nextLong() : Rendezvous.hash(kept);
    return new Admission(asked, target, upgrade(head, bodiless), pinned, key);
  }

  String service() {
    return target.pool().service();
  }

  /** To whom the strategy says, of those that have not been tried. */
  Optional<Endpoint> choose(Loop loop, List<InstanceKey> tried) {
    if (target.pool().exclusive()) {
      // The process may have stood still since the request came.
      loop.tick();
    }
    return loop.chooser().choose(target, pinned, key, tried, loop.nowNs());
  }

  /** Whether the instance is not the one that the client's cookie names. */
  boolean moved(Endpoint by) {
    return target.affinity() == Affinity.COOKIE && !by.affinity().equals(pinned);
  }

  private static String cookie(Head head, Target target) {
    String found = "";
    for (int i = 0; i < head.count() && head.has(Field.COOKIE); i++) {
      if (head.kind(i) == Field.COOKIE) {
        String value = AffinityTokens.find(head.valueAt(i), target.pool().cookie());
        found = value.isEmpty() ? found : value;
      }
    }
    return found;
  }

  /** What keeps the client with an instance; empty when nothing does. */
  private static String kept(Head head, Target target, String client) {
    Route route = target.route();
    return switch (route.affinity()) {
      case HEADER -> head.valueOf(route.affinityHeader().toLowerCase(Locale.ROOT));
      case CLIENT_ADDRESS -> client;
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
  }

  private static String upgrade(Head head, boolean bodiless) {
    boolean asks =
        head.has(Field.UPGRADE)
            && head.minor() == 1
            && bodiless
            && head.hasToken(Field.CONNECTION, "upgrade");
    return asks && !head.hasToken(Field.UPGRADE, "h2c") ? head.value(Field.UPGRADE) : "";
  }

  private static BadMessage refusal(int status, String code, String detail) {
    return new BadMessage(new Problem(status, code, detail));
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
}
