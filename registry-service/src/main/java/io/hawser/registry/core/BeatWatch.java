package io.hawser.registry.core;

import io.hawser.registry.core.CheckRun.Result;
import io.hawser.registry.core.State.Finding;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An instance that beats and brings no checks of its own. A gap over the TTL makes it fail; where
 * beats are lost on the way, one that the loss does not explain, or one whose probes all fail too.
 * Before that, a late beat or a complaint has its port probed: a failing probe is a doubt, and
 * {@link CheckLine#TRIES} refused ones in a row end it at once, as nobody can reach it, whatever it
 * beats. A probe that passes proves nothing: the kernel answers for a process that hangs. But one
 * whose gateway is gone for good is not called down while it passes.
 */
final class BeatWatch implements Watch {
  /** The beats after which one that was down works again, unless its port refuses. */
  private static final int BEATS_TO_RISE = 2;

  private static final Finding NOTHING = new Finding.Nothing("no beat yet");
  private static final Finding ALIVE = new Finding.Alive("it beats");
  private static final Finding WORKS = new Finding.Works("it beats again");

  private final Pulse pulse;
  private final CheckLine probe;
  private boolean refusing;

  BeatWatch(Pulse pulse, CheckLine probe) {
    this.pulse = pulse;
    this.probe = probe;
  }

  @Override
  public void beat(State state, @Nullable Relay relay, long nowNs) {
    pulse.beat(relay, nowNs);
    if (!probe.active()) {
      probe.tally().clear();
    }
    if (returning(state) && (refusing || pulse.beats() < BEATS_TO_RISE)) {
      boolean ignored = probe.hurry(nowNs);
    }
  }

  private static boolean returning(State state) {
    return state instanceof State.Down || state instanceof State.Recovering;
  }

  @Override
  public boolean look(long nowNs) {
    return probe.hurry(nowNs);
  }

  @Override
  public boolean late(State state, long nowNs) {
    if (state.passing() && probe.rested(nowNs) && pulse.lapsed(nowNs) && !pulse.ended(nowNs)) {
      boolean ignored = look(nowNs);
    }
    return state.passing() && pulse.becameLate(nowNs) && look(nowNs);
  }

  @Override
  public boolean take(State state, CheckLine line, Result result, long nowNs) {
    refusing = result instanceof Result.Refusal;
    return line.take(result, state.passing(), nowNs);
  }

  @Override
  public Finding finding(State state, long nowNs) {
    if (returning(state) ? pulse.lapsed(nowNs) : pulse.ended(nowNs)) {
      return new Finding.Fails(pulse.silence(nowNs));
    }
    return switch (state) {
      case State.Starting ignored -> pulse.beats() > 0 ? ALIVE : NOTHING;
      case State.Up ignored -> whileItWorks(nowNs);
      case State.Suspect ignored -> whileItWorks(nowNs);
      case State.Down ignored -> whileItIsDown();
      case State.Recovering ignored -> whileItIsDown();
    };
  }

  private Finding whileItWorks(long nowNs) {
    if (probe.tally().refusals() >= CheckLine.TRIES) {
      return new Finding.Fails(probe.tally().failure());
    }
    boolean lapsed = pulse.lapsed(nowNs);
    if (lapsed && probe.tally().fallen()) {
      return new Finding.Fails(pulse.silence(nowNs) + ", and " + probe.tally().failure());
    }
    if (lapsed || probe.tally().failing()) {
      return lapsed
          ? new Finding.Doubt(pulse.silence(nowNs))
          : new Finding.Doubt(probe.tally().failure(), probe.tally().failedOnce());
    }
    return pulse.beats() > 0 || probe.tally().passes() ? ALIVE : NOTHING;
  }

  private Finding whileItIsDown() {
    if (pulse.beats() == 0) {
      return NOTHING;
    }
    // One that beats while its port refuses is alive, but nobody could use it.
    boolean steady = pulse.beats() >= BEATS_TO_RISE && !refusing;
    return steady || probe.tally().passes() ? WORKS : ALIVE;
  }

  @Override
  public void entered(State state) {
    if (state instanceof State.Down) {
      pulse.restartCount();
      probe.tally().clear();
      probe.forgetPasses();
    } else if (state instanceof State.Up) {
      probe.cancel();
      probe.tally().clear();
    }
  }

  @Override
  public void adopted(State state) {
    if (state instanceof State.Down) {
      pulse.restartCount();
      probe.forgetPasses();
    } else {
      entered(state);
    }
  }

  @Override
  public int weight(Finding finding) {
    return switch (finding) {
      case Finding.Fails ignored -> CONVINCED;
      case Finding.Doubt ignored ->
          Math.min(
              CONVINCED,
              (probe.tally().refusals() * CONVINCED + CheckLine.TRIES - 1) / CheckLine.TRIES);
      case Finding.Nothing ignored -> 0;
      case Finding.Alive ignored -> 0;
      case Finding.Works ignored -> 0;
    };
  }

  @Override
  public boolean refused() {
    return refusing && probe.tally().failing();
  }

  @Override
  public Pulse pulse() {
    return pulse;
  }

  @Override
  public List<CheckLine> lines() {
    return List.of(probe);
  }

  @Override
  public void shift(long ns) {
    pulse.shift(ns);
    probe.shift(ns);
  }
}
