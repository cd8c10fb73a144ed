package io.hawser.registry.core;

import io.hawser.model.DetectionMessage.Ballot;
import io.hawser.model.DetectionMessage.Opinion;
import io.hawser.registry.core.State.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What the opinions of several observers add up to. Without state.
 *
 * <p>An instance fails when a quorum of observers agree that it does, or when each observer that
 * has a voice holds something against it and together they are as convinced as a quorum: three
 * observers that saw two failures each know more than one that saw three. A connection that a
 * quorum of two or more saw refused needs no more, unless it never came up yet. What is not so hard
 * has to last for a while, the shorter the more observers confirm it (Dadgar, Phillips and Currey,
 * "Lifeguard", 2018, section IV.B): {@code Tmax - (Tmax - Tmin) * ln(c + 1) / ln(K + 1)} with
 * {@code c} confirmations of {@code K} that are possible. One observer alone has nobody to wait
 * for.
 *
 * <p>One that passes and that nobody calls failed, but somebody doubts, is doubted; a single
 * failure that has yet to be seen again is no doubt unless two observers have one. One that was
 * down works again when two observers say so, or the only one, and shows life when no more of them
 * had their connection refused, or see it fail, than see it alive.
 */
final class Council {
  private static final long SHORTEST_NS = TimeUnit.SECONDS.toNanos(1);
  private static final long LONGEST_NS = TimeUnit.SECONDS.toNanos(6);
  private static final int RETURN = 2;

  private Council() {}

  /**
   * What there is to decide on.
   *
   * @param own of this observer, whether or not its voice counts
   * @param ownCounts whether it does
   * @param others whose voices count
   * @param needed how many make a quorum
   * @param voices how many observers have a voice
   * @param quorate whether a majority of the roster is heard
   * @param suspectNs for how long something has been held against it
   */
  record Case(
      State state,
      Finding finding,
      Opinion own,
      boolean ownCounts,
      List<Opinion> others,
      int needed,
      int voices,
      boolean quorate,
      long suspectNs) {

    private List<Opinion> counting() {
      List<Opinion> all = new ArrayList<>(others);
      if (ownCounts) {
        all.addFirst(own);
      }
      return all;
    }
  }

  static Finding decide(Case c) {
    List<Opinion> counting = c.counting();
    List<Opinion> accusers = counting.stream().filter(Testimony::accuses).toList();
    if (c.quorate() && fails(c, accusers)) {
      return c.finding() instanceof Finding.Fails own
          ? own
          : new Finding.Fails(accusers.getFirst().reason());
    }
    return c.state().passing() ? whilePassing(c, accusers) : whileNot(c, counting);
  }

  private static boolean fails(Case c, List<Opinion> accusers) {
    if (accusers.size() < c.needed()) {
      return false;
    }
    long refused = accusers.stream().filter(Opinion::refused).count();
    if (c.state().passing() && c.needed() > 1 && refused >= c.needed()) {
      return true;
    }
    long convinced = accusers.stream().filter(o -> o.ballot() == Ballot.FAILS).count();
    int weight = accusers.stream().mapToInt(Opinion::weight).sum();
    boolean together =
        accusers.size() >= Math.max(c.voices(), 2) && weight >= c.needed() * Watch.CONVINCED;
    return (convinced >= c.needed() || together)
        && c.suspectNs() >= waitNs(accusers.size() - 1, c.voices() - 1);
  }

  /** How long a suspicion has to last. */
  static long waitNs(int confirmations, int possible) {
    if (possible <= 0) {
      return 0;
    }
    double share = Math.log(Math.min(confirmations, possible) + 1.0) / Math.log(possible + 1.0);
    return LONGEST_NS - (long) ((LONGEST_NS - SHORTEST_NS) * share);
  }

  private static Finding whilePassing(Case c, List<Opinion> accusers) {
    return switch (c.finding()) {
      case Finding.Fails own -> new Finding.Doubt(own.reason());
      case Finding.Doubt own when own.hint() && accusers.size() < 2 ->
          new Finding.Nothing(own.reason());
      case Finding.Doubt own -> own;
      case Finding.Nothing own -> doubted(own, accusers);
      case Finding.Alive own -> doubted(own, accusers);
      case Finding.Works own -> doubted(own, accusers);
    };
  }

  private static Finding doubted(Finding own, List<Opinion> accusers) {
    boolean doubted = accusers.size() > 1 || accusers.stream().anyMatch(Council::convinced);
    return doubted ? new Finding.Doubt(accusers.getFirst().reason()) : own;
  }

  /** Whether it saw more than one failure. */
  private static boolean convinced(Opinion opinion) {
    return opinion.ballot() == Ballot.DOUBT || opinion.ballot() == Ballot.FAILS;
  }

  private static Finding whileNot(Case c, List<Opinion> counting) {
    long works = count(counting, Ballot.WORKS);
    long alive = works + count(counting, Ballot.ALIVE);
    long against = counting.stream().filter(o -> refutes(c.state(), o)).count();
    if (c.voices() == 0) {
      // Nobody's voice counts just now: nothing is decided.
      return new Finding.Nothing("no observer trusts itself");
    }
    if (works >= Math.min(RETURN, c.voices()) && works > against) {
      return new Finding.Works(reason(c, counting, Ballot.WORKS));
    }
    if (alive > 0 && alive >= against) {
      return new Finding.Alive(
          reason(c, counting, works > 0 && alive == works ? Ballot.WORKS : Ballot.ALIVE));
    }
    return new Finding.Nothing(c.finding().reason());
  }

  /** Of one that was down, a connection that was refused last is as good as a failure. */
  private static boolean refutes(State state, Opinion opinion) {
    boolean returning = !(state instanceof State.Starting);
    return opinion.ballot() == Ballot.FAILS || (returning && opinion.refused());
  }

  private static long count(List<Opinion> opinions, Ballot ballot) {
    return opinions.stream().filter(o -> o.ballot() == ballot).count();
  }

  private static String reason(Case c, List<Opinion> counting, Ballot ballot) {
    return counting.stream()
        .filter(o -> o.ballot() == ballot)
        .map(Opinion::reason)
        .findFirst()
        .orElse(c.finding().reason());
  }
}
