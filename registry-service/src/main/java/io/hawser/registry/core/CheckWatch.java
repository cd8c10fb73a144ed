package io.hawser.registry.core;

import io.hawser.registry.core.CheckRun.Result;
import io.hawser.registry.core.State.Finding;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An instance that is checked, and may beat too. Any check that fails its limit makes it fail; all
 * have to pass for it to work. A passing check outvotes missing beats: they count only once a check
 * fails as well. Checks that time out while it beats as ever have to fail twice as often, as it is
 * then likely to be the way there that fails; refused connections do not. But one that was down
 * needs a beat besides the passes: what answers on its port may be its next life, which cannot
 * register while the former one is up.
 */
final class CheckWatch implements Watch {
  private static final Finding NOTHING = new Finding.Nothing("no results yet");
  private static final Finding ALIVE = new Finding.Alive("all checks pass");
  private static final Finding SILENT = new Finding.Alive("all checks pass, but it has not beaten");
  private static final Finding WORKS = new Finding.Works("all checks pass, in a row");

  private final Pulse pulse;
  private final List<CheckLine> lines;

  CheckWatch(Pulse pulse, List<CheckLine> lines) {
    this.pulse = pulse;
    this.lines = List.copyOf(lines);
  }

  @Override
  public void beat(State state, @Nullable Relay relay, long nowNs) {
    pulse.beat(relay, nowNs);
  }

  @Override
  public boolean look(long nowNs) {
    boolean looks = false;
    for (CheckLine line : lines) {
      looks |= line.hurry(nowNs);
    }
    return looks;
  }

  @Override
  public boolean late(State state, long nowNs) {
    return pulse.becameLate(nowNs) && look(nowNs);
  }

  @Override
  public boolean take(State state, CheckLine line, Result result, long nowNs) {
    return line.take(result, state.passing(), nowNs);
  }

  @Override
  public Finding finding(State state, long nowNs) {
    boolean passed = true;
    boolean risen = true;
    Tally failing = null;
    boolean hint = true;
    for (CheckLine line : lines) {
      Tally tally = line.tally();
      if (tally.fallen() && (tally.hopeless() || !pulse.fresh() || !state.passing())) {
        return new Finding.Fails(tally.failure());
      }
      if (tally.failing()) {
        failing = tally;
        hint &= tally.failedOnce();
      }
      passed &= tally.passes();
      risen &= tally.risen();
    }
    if (failing != null) {
      return pulse.ended(nowNs) || pulse.improbable(nowNs)
          ? new Finding.Fails(pulse.silence(nowNs) + ", and " + failing.failure())
          : new Finding.Doubt(failing.failure(), hint);
    }
    if (!passed) {
      return NOTHING;
    }
    if (state.passing() && pulse.lapsed(nowNs)) {
      return new Finding.Doubt(pulse.silence(nowNs) + ", though all checks pass");
    }
    if (returning(state) && pulse.silent()) {
      return SILENT;
    }
    return risen ? WORKS : ALIVE;
  }

  private static boolean returning(State state) {
    return state instanceof State.Down || state instanceof State.Recovering;
  }

  @Override
  public void entered(State state) {
    // Failures stay. Passes may all be from before: others can have seen it fail, and not this one.
    if (state instanceof State.Down) {
      pulse.restartCount();
      lines.forEach(CheckLine::forgetPasses);
    }
  }

  @Override
  public void adopted(State state) {
    entered(state);
  }

  @Override
  public int weight(Finding finding) {
    if (finding instanceof Finding.Fails) {
      return CONVINCED;
    }
    int most = lines.stream().mapToInt(line -> line.tally().weight()).max().orElse(0);
    return pulse.fresh() ? most / 2 : most;
  }

  @Override
  public boolean refused() {
    return lines.stream().anyMatch(line -> line.tally().refusing());
  }

  @Override
  public Pulse pulse() {
    return pulse;
  }

  @Override
  public List<CheckLine> lines() {
    return lines;
  }

  @Override
  public void shift(long ns) {
    pulse.shift(ns);
    lines.forEach(line -> line.shift(ns));
  }
}
