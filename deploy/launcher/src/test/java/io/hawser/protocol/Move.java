package io.hawser.protocol;

import java.util.Locale;

/**
 * What may happen next.
 *
 * @param who the number of the manager or of the balancer; 0 where there is one only
 */
record Move(Kind kind, int who) {
  enum Kind {
    /** The manager decides; what it sends arrives, and so do the answers. */
    ACT,
    /** The manager decides; what it sends is on its way for longer than it waits. */
    ACT_LATE,
    /** The manager decides; the driver refuses what it is asked. */
    ACT_REFUSED,
    /** What is on its way arrives. */
    ARRIVE,
    /** The manager renews its lease. */
    RENEW,
    /** The lease has run out, or was given back, and the manager takes it. */
    TAKE,
    /** The manager gives its lease back, as its node stops in good order. */
    RELEASE,
    /** The manager's node dies, is back at once, and goes on under the same lease. */
    RESTART,
    /** The balancer reads who is active. One that is cut off does not. */
    READ,
    /** The one that was active at first passes again. */
    RETURN,
    /** The candidate fails. */
    FALL,
    /** What a driver has started passes. */
    COMES_UP,
    /** A second goes by. */
    TICK
  }

  static Move of(Kind kind) {
    return new Move(kind, 0);
  }

  @Override
  public String toString() {
    String word = kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    return switch (kind) {
      case ACT, ACT_LATE, ACT_REFUSED, RENEW, TAKE, RELEASE, RESTART ->
          "manager " + who + " " + word;
      case READ -> "balancer " + who + " reads";
      case ARRIVE, RETURN, FALL, COMES_UP, TICK -> word;
    };
  }
}
