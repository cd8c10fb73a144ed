package io.hawser.failover.core;

import java.util.Set;

/** The refusals of a node that cannot tell just now, and may be able to in a moment. */
public final class Unsure {
  /** It does not know whether the manager that asks still is one. */
  public static final String OF_MANAGER = "unsure-of-manager";

  /** The store does not say whose the process is. */
  public static final String OF_OWNER = "unsure-of-owner";

  /** It cannot see whether a process of it runs. */
  public static final String OF_PROCESS = "unsure-of-process";

  private static final Set<String> ALL = Set.of(OF_MANAGER, OF_OWNER, OF_PROCESS);

  private Unsure() {}

  /** Whether this code is one of them. */
  public static boolean is(String code) {
    return ALL.contains(code);
  }
}
