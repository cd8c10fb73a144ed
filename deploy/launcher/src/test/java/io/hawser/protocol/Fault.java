package io.hawser.protocol;

/** What is wrong with the world, to show that it would be noticed. */
enum Fault {
  NONE,
  /** The store says that it has the fence of the service before it has. */
  FENCE_AFTER_ROUTING,
  /** The managers' clocks are so fast that they wait for the term of a role without the margin. */
  NO_MARGIN,
  /** The store does not look at the term of the manager that writes. */
  TERM_UNCHECKED,
  /** A driver does not ask whether the manager that calls still is one. */
  CALLER_UNCHECKED,
  /** Balancers go by the last they have heard, as they do for ordinary services. */
  STATIC_BALANCER,
  /** A manager goes on though its lease has lapsed. */
  LAPSED_MANAGER,
  /** The store ends leases a second early. */
  HASTY_LEASE,
  /** The store compares nothing. */
  BLIND_STORE,
  /** The failed one has its role again at once when the candidate did not come up. */
  GIVEN_BACK
}
