package io.hawser.registry.core;

import io.hawser.model.Event;
import io.hawser.model.Facet.Health;
import io.hawser.model.InstanceKey;
import io.hawser.registry.core.panel.Flaps;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one instance is held to be, whether its failure has been told to everybody, and whether it
 * flaps. Whoever of the observers has the turn changes it; the others take it over from the
 * catalog.
 *
 * <p>Not thread-safe: owned by one verticle. The state is hard: it is written to the catalog with
 * each change, and another observer goes on from there.
 */
final class Ruling {
  private final Court court;
  private final InstanceKey key;
  private State state;
  private int writesInFlight;
  private @Nullable Flaps flaps;
  private boolean heldBack;

  /** Whether the failure that it is in has been told to everybody. */
  private boolean failureTold;

  Ruling(Court court, InstanceKey key, State state, boolean excused) {
    this.court = court;
    this.key = key;
    this.state = state;
    this.failureTold = returning() && !excused;
  }

  /**
   * Goes on from what this node knew of the instance. A new life of one that failed ends the
   * failure that everybody was told of, once it works.
   */
  void inherit(Ruling former) {
    failureTold |= former.failureTold;
    flaps = former.flaps;
  }

  State state() {
    return state;
  }

  /** Whether it was down and is not up again. */
  boolean returning() {
    return state instanceof State.Down || state instanceof State.Recovering;
  }

  /** Whether no change of it is being written. */
  boolean settled() {
    return writesInFlight == 0;
  }

  void written() {
    writesInFlight = Math.max(0, writesInFlight - 1);
  }

  /** Whether it works again, and is held back since it flaps. */
  boolean heldBack() {
    return heldBack;
  }

  void shift(long ns) {
    if (flaps != null) {
      flaps.shift(ns);
    }
    if (state instanceof State.Down down) {
      state = new State.Down(down.sinceNs() + ns);
    }
  }

  // ---- changes

  /**
   * Another observer has judged. To insist instead would, between two that are at odds, not end.
   *
   * @param excused its failure is told to nobody: it is in maintenance
   */
  void adopt(Health health, boolean excused, long nowNs) {
    boolean fell = state.passing() && health == Health.DOWN;
    state = State.of(health, nowNs);
    if (fell) {
      flaps().fell(nowNs);
    }
    if (health == Health.DOWN) {
      failureTold |= !excused;
    } else if (health == Health.UP) {
      failureTold = false;
    }
  }

  /** Returns what is to be told, once it is written. */
  List<Event.Body> enter(State next, Event.InstanceFailed failure, boolean excused, long nowNs) {
    State before = state;
    state = next;
    writesInFlight++;
    if (before.passing() && next instanceof State.Down) {
      flaps().fell(nowNs);
    }
    List<Event.Body> events = new ArrayList<>();
    events.add(
        new Event.InstanceHealthChanged(
            key.service(), key.id(), before.health(), next.health(), failure.reason()));
    if (next instanceof State.Down && tellsFailure(excused)) {
      events.add(failure);
    }
    if (next instanceof State.Up) {
      boolean returned = before instanceof State.Down || before instanceof State.Recovering;
      if (returned || (failureTold && before instanceof State.Starting)) {
        events.add(new Event.InstanceRecovered(key.service(), key.id(), failure.incarnation()));
      }
      failureTold = false;
    }
    return events;
  }

  /** Whether the failure has still to be told; it counts as told then. */
  boolean tellsFailure(boolean excused) {
    boolean tells = !failureTold && !excused;
    failureTold |= tells;
    return tells;
  }

  /** One that flaps stays in recovery for a while, unless the service has no other. */
  State.Finding dampen(State.Finding found, long nowNs) {
    heldBack =
        found instanceof State.Finding.Works
            && returning()
            && flaps != null
            && flaps.suppressed(nowNs)
            && court.othersPass(key);
    return heldBack ? new State.Finding.Alive(found.reason() + ", but it flaps") : found;
  }

  /** Whether it has been down for so long that it is to go; if so, the clock starts anew. */
  boolean evicts(long nowNs) {
    boolean evicts =
        state instanceof State.Down down
            && nowNs - down.sinceNs() >= court.evictAfterNs()
            && court.evicts(nowNs);
    if (evicts) {
      // Should the eviction not come about, the next try is as far away.
      state = new State.Down(nowNs);
    }
    return evicts;
  }

  private Flaps flaps() {
    Flaps known = flaps;
    if (known == null) {
      known = new Flaps();
      flaps = known;
    }
    return known;
  }
}
