package io.hawser.registry.core;

import io.hawser.model.Facet.Health;

/**
 * What an instance is held to be. Immutable.
 *
 * <pre>
 *              Nothing  Alive       Works  Doubt    Fails
 * STARTING     -        UP          UP     -        DOWN
 * UP           -        -           -      SUSPECT  DOWN
 * SUSPECT      -        UP          UP     -        DOWN
 * DOWN         -        RECOVERING  UP     -        -
 * RECOVERING   -        -           UP     -        DOWN
 * </pre>
 *
 * <p>Doubt does not end a recovery: it makes it longer, as the passes have to come in a row. So an
 * instance that passes every other time stays in one state instead of changing it with each check.
 */
sealed interface State {
  record Starting() implements State {}

  record Up() implements State {}

  record Suspect() implements State {}

  /**
   * @param sinceNs from when on the time to its eviction runs
   */
  record Down(long sinceNs) implements State {}

  record Recovering() implements State {}

  /** What all the evidence on an instance says at one moment. */
  sealed interface Finding {
    String reason();

    /** No evidence either way. */
    record Nothing(String reason) implements Finding {}

    /** Signs of life, not enough of them for one that was down. */
    record Alive(String reason) implements Finding {}

    /** Enough even for one that was down. */
    record Works(String reason) implements Finding {}

    /**
     * @param hint a failure that has yet to be seen again: it is looked into, and nobody is told
     *     unless another observer has one too
     */
    record Doubt(String reason, boolean hint) implements Finding {
      Doubt(String reason) {
        this(reason, false);
      }
    }

    record Fails(String reason) implements Finding {}
  }

  /** Where a finding leads. The same state when nothing changes. */
  default State next(Finding finding, long nowNs) {
    return switch (finding) {
      case Finding.Nothing ignored -> this;
      case Finding.Alive ignored ->
          switch (this) {
            case Starting ignoredState -> new Up();
            case Suspect ignoredState -> new Up();
            case Down ignoredState -> new Recovering();
            case Up ignoredState -> this;
            case Recovering ignoredState -> this;
          };
      case Finding.Works ignored -> this instanceof Up ? this : new Up();
      case Finding.Doubt ignored -> this instanceof Up ? new Suspect() : this;
      case Finding.Fails ignored -> this instanceof Down ? this : new Down(nowNs);
    };
  }

  /** Whether traffic goes to it, so that every failure counts and is looked into at once. */
  default boolean passing() {
    return this instanceof Up || this instanceof Suspect;
  }

  default Health health() {
    return switch (this) {
      case Starting ignored -> Health.STARTING;
      case Up ignored -> Health.UP;
      case Suspect ignored -> Health.SUSPECT;
      case Down ignored -> Health.DOWN;
      case Recovering ignored -> Health.RECOVERING;
    };
  }

  /** The state that another checker left behind, its clocks started anew. */
  static State of(Health health, long nowNs) {
    return switch (health) {
      case STARTING -> new Starting();
      case UP -> new Up();
      case SUSPECT -> new Suspect();
      case DOWN -> new Down(nowNs);
      case RECOVERING -> new Recovering();
    };
  }
}
