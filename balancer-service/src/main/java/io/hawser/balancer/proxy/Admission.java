package io.hawser.balancer.proxy;

import io.hawser.balancer.core.Target;
import io.hawser.balancer.core.limit.Guard;
import io.hawser.balancer.wire.BadMessage;
import io.hawser.balancer.wire.Field;
import io.hawser.balancer.wire.Head;
import io.hawser.balancer.wire.Problem;
import io.hawser.balancer.wire.RequestRules;
import io.hawser.balancer.wire.RequestRules.Asked;

/**
 * Whether a request is let in, and where it goes.
 *
 * @param upgrade the protocol that it asks to switch to; empty for none
 * @param client where it comes from, as the nearest trusted proxy says
 */
record Admission(Asked asked, Target target, String upgrade, String client) {
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
    return new Admission(asked, target, upgrade(head, bodiless), client);
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
