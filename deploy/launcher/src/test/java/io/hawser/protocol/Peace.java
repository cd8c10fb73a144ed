package io.hawser.protocol;

import io.hawser.bus.client.core.LeaseTerm;
import io.hawser.protocol.Move.Kind;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Whether a world that is left in peace brings what was begun to its end, so that somebody serves
 * if anybody can: letters arrive, somebody has the lease, looks again and again at what there is,
 * and balancers read. What was seen to end is not followed once more.
 */
final class Peace {
  /** In which all that is waited for has gone by several times. */
  private static final int SECONDS = 40;

  private final World world;
  private final Set<String> ends = new HashSet<>();

  Peace(World world) {
    this.world = world;
  }

  /**
   * @throws AssertionError when it does not end, or something is wrong on the way
   */
  void check(Scene from) {
    Scene scene = from.copy();
    Set<String> way = new HashSet<>();
    for (int second = 0; second < SECONDS; second++) {
      scene.made.clear();
      String here = scene.identity();
      if ((scene.ended() && scene.served() && second > 0) || ends.contains(here)) {
        ends.addAll(way);
        return;
      }
      boolean unused = way.add(here);
      pass(scene);
      scene
          .wrong()
          .ifPresent(
              wrong -> {
                throw new AssertionError("in peace: " + wrong);
              });
    }
    throw new AssertionError(
        (scene.ended() ? "nobody serves: " : "does not end: ")
            + scene.actives()
            + scene.health
            + scene.incidents());
  }

  private void pass(Scene scene) {
    make(scene, scene.late.isPresent(), new Move(Kind.ARRIVE, 0));
    if (IntStream.range(0, 2).allMatch(i -> scene.acts(i) == Seat.UNREAD)) {
      IntStream.range(0, 2)
          .filter(i -> world.mayTake(scene, i))
          .findFirst()
          .ifPresent(i -> world.make(scene, new Move(Kind.TAKE, i)));
    }
    for (int i = 0; i < 2; i++) {
      if (scene.acts(i) != Seat.UNREAD) {
        lead(scene, i);
      }
    }
    make(scene, World.comesUp(scene), new Move(Kind.COMES_UP, 0));
    List.of(0, 1).forEach(i -> world.make(scene, new Move(Kind.READ, i)));
    world.make(scene, new Move(Kind.TICK, 0));
  }

  private void lead(Scene scene, int manager) {
    boolean renews = scene.seats.get(manager).next(scene.nowMs) instanceof LeaseTerm.Renew;
    make(scene, renews, new Move(Kind.RENEW, manager));
    World.own(scene, manager).read(scene.ledger.records());
    for (int i = 0; i < 6; i++) {
      world.make(scene, new Move(Kind.ACT, manager));
    }
  }

  private void make(Scene scene, boolean due, Move move) {
    if (due) {
      world.make(scene, move);
    }
  }
}
