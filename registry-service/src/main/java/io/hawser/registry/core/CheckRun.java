package io.hawser.registry.core;

import io.hawser.model.Facet.CheckSpec;
import io.hawser.model.Facet.CheckType;
import io.hawser.model.InstanceKey;

/**
 * One run of one check. Each is answered with exactly one {@link Result}, within the time-out of
 * its spec.
 *
 * @param attempts how often to try at once, of which one that passes is enough: a suspicion should
 *     not rest on the loss of one packet
 * @param number tells the runs of one detector apart, so that a late answer is not taken for
 *     another run's
 */
public record CheckRun(
    InstanceKey instance,
    String incarnation,
    long number,
    String host,
    int port,
    CheckSpec spec,
    int attempts) {

  /** How a run ended. */
  public sealed interface Result {
    record Pass() implements Result {}

    /** Anything that is not a pass: a time-out, a wrong status, a broken connection. */
    record Fail(String reason) implements Result {}

    /** Nobody listens on the port: hard evidence, as no slowness or loss can look like it. */
    record Refusal(String reason) implements Result {}

    /** Nothing was seen of the instance: no evidence. */
    record Blind(Cause cause, String reason) implements Result {}

    /** Why nothing was seen. */
    enum Cause {
      /** As many checks are under way here as may be. */
      CROWDED,
      /** This process has no more files, ports or buffers. */
      LACKING,
      /** No address is known for the name, or no way to the address. */
      LOST
    }
  }

  static String describe(CheckSpec spec) {
    return spec.type() == CheckType.HTTP ? "http " + spec.path() : "tcp";
  }
}
