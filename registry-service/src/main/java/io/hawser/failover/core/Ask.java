package io.hawser.failover.core;

import io.hawser.model.InstanceKey;

/**
 * Names one call to a driver or to the registry. The same call, repeated by the next manager, has
 * the same name, so that whoever is called can tell a repetition from a new attempt.
 *
 * @param ordinal tells the calls of an incident for one instance apart: the epoch under which a
 *     candidate was chosen, the number of the attempt, or that of the hook
 */
public record Ask(String incident, Purpose purpose, InstanceKey instance, long ordinal) {
  /** What a call is for. */
  public enum Purpose {
    /** Start the process of a candidate. */
    ACTIVATE,
    /** Put a candidate that nobody registered into the catalog. */
    REGISTER,
    /** Start the failed instance again. */
    RECOVER,
    /** Have the store refuse what the instance before wrote. */
    FENCE,
    /** Run something of the users'. */
    HOOK
  }

  /** The call's name as text: the key under which a repetition is recognised. */
  public String idempotencyKey() {
    return incident + "/" + word() + "/" + instance.id() + "/" + ordinal;
  }

  /** "activate", "register", "recover", "fence" or "hook". */
  public String word() {
    return switch (purpose) {
      case ACTIVATE -> "activate";
      case REGISTER -> "register";
      case RECOVER -> "recover";
      case FENCE -> "fence";
      case HOOK -> "hook";
    };
  }
}
