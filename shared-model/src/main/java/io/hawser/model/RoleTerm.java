package io.hawser.model;

import java.util.concurrent.TimeUnit;

/**
 * For how long a role of an exclusive service counts: whoever routes by it must have read it from
 * the store, and may go by it for this long from before that read was sent, by its own monotonic
 * clock. The next one is made active only when so much time and a margin have gone by since the
 * role was taken away: nobody who follows the rule goes by the old one then.
 */
public final class RoleTerm {
  public static final long MS = 3_000;
  public static final long NS = TimeUnit.MILLISECONDS.toNanos(MS);

  /** For clocks that do not run alike. */
  public static final long MARGIN_MS = 500;

  /** The code of the refusal when it is not known any more who is active. */
  public static final String UNCONFIRMED = "role-unconfirmed";

  private RoleTerm() {}

  /** What people are told then. */
  public static String unconfirmed(String service) {
    return "the service '"
        + service
        + "' is exclusive, and the store has not confirmed for "
        + MS
        + " ms which instance is active";
  }

  /**
   * The resource under which the active instance of a service may fence its writes, with the epoch
   * of its role as the token.
   */
  public static String fence(String service) {
    return "hawser/active/" + service;
  }
}
