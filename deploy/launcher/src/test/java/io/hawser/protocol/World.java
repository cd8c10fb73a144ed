package io.hawser.protocol;

import io.hawser.bus.client.FailoverClient;
import io.hawser.bus.client.core.LeaseTerm;
import io.hawser.model.Facet.Health;
import io.hawser.model.Outcome;
import io.hawser.model.StorageOp.Acquire;
import io.hawser.model.StorageOp.Fence;
import io.hawser.model.StorageOp.LeaseGone;
import io.hawser.model.StorageOp.LeaseState;
import io.hawser.model.StorageOp.RaiseFence;
import io.hawser.model.StorageOp.Release;
import io.hawser.model.StorageOp.Result;
import io.hawser.protocol.Move.Kind;
import io.hawser.sim.Explorer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What may happen to a {@link Scene}, and what comes of it. */
final class World implements Explorer.Space<Scene, Move> {
  /** What is in the way of a failover. */
  private static final Set<Kind> DISTURBANCES =
      EnumSet.of(
          Kind.ACT_LATE,
          Kind.ACT_REFUSED,
          Kind.TAKE,
          Kind.RELEASE,
          Kind.RESTART,
          Kind.RETURN,
          Kind.FALL);

  private final Rules rules;

  World(Rules rules) {
    this.rules = rules;
  }

  @Override
  public Scene start() {
    Scene scene = Scene.first(rules);
    take(scene, 0);
    return scene;
  }

  @Override
  public String identity(Scene scene) {
    return scene.identity();
  }

  @Override
  public Optional<String> wrong(Scene scene) {
    return scene.wrong();
  }

  // ---- what may happen

  @Override
  public List<Move> moves(Scene scene) {
    List<Move> moves = new ArrayList<>();
    for (int i = 0; i < scene.seats.size(); i++) {
      if (scene.acts(i) != Seat.UNREAD) {
        moves.add(new Move(Kind.ACT, i));
        add(moves, scene.late.isEmpty(), new Move(Kind.ACT_LATE, i));
        add(moves, startsCold(scene), new Move(Kind.ACT_REFUSED, i));
        add(moves, renews(scene, i), new Move(Kind.RENEW, i));
        moves.add(new Move(Kind.RELEASE, i));
        moves.add(new Move(Kind.RESTART, i));
      } else {
        add(moves, mayTake(scene, i), new Move(Kind.TAKE, i));
      }
    }
    for (int i = 0; i < scene.balancers.size(); i++) {
      add(moves, reads(scene, i), new Move(Kind.READ, i));
    }
    add(moves, scene.late.isPresent(), Move.of(Kind.ARRIVE));
    add(moves, scene.health.get(Rules.FIRST) == Health.DOWN, Move.of(Kind.RETURN));
    add(moves, falls(scene).isPresent(), Move.of(Kind.FALL));
    add(moves, comesUp(scene), Move.of(Kind.COMES_UP));
    moves.add(Move.of(Kind.TICK));
    moves.removeIf(move -> !allowed(scene, move.kind()));
    return moves;
  }

  private static void add(List<Move> moves, boolean possible, Move move) {
    if (possible) {
      moves.add(move);
    }
  }

  private boolean allowed(Scene scene, Kind kind) {
    int made = scene.made.getOrDefault(kind, 0);
    int disturbances = DISTURBANCES.stream().mapToInt(k -> scene.made.getOrDefault(k, 0)).sum();
    return made < rules.most().getOrDefault(kind, Integer.MAX_VALUE)
        && (!DISTURBANCES.contains(kind) || disturbances < rules.disturbances());
  }

  private static boolean startsCold(Scene scene) {
    return scene.candidate().filter(Rules.COLD::equals).isPresent()
        && !scene.started
        && !scene.ended();
  }

  private static boolean renews(Scene scene, int manager) {
    return scene.seats.get(manager).next(scene.nowMs) instanceof LeaseTerm.Renew;
  }

  boolean mayTake(Scene scene, int manager) {
    Seat seat = scene.seats.get(manager);
    if (!(seat.next(scene.nowMs) instanceof LeaseTerm.Acquire)) {
      return false;
    }
    Optional<LeaseState> held = scene.ledger.lease();
    return held.isEmpty()
        || held.get().holder().equals(seat.node)
        || scene.nowMs - scene.grantedMs >= lastsMs();
  }

  private long lastsMs() {
    return rules.fault() == Fault.HASTY_LEASE ? Seat.LEASE_MS - Rules.TICK_MS : Seat.LEASE_MS;
  }

  /** Of two that know the same it makes no difference which one reads. */
  private boolean reads(Scene scene, int balancer) {
    String known = scene.balancers.get(balancer).text(rules, scene.nowMs);
    boolean twin =
        balancer > 0 && known.equals(scene.balancers.get(balancer - 1).text(rules, scene.nowMs));
    return !twin && !known.equals(read(scene).text(rules, scene.nowMs));
  }

  private Balancer read(Scene scene) {
    return Balancer.reading(rules, scene.ledger.records(), scene.nowMs);
  }

  private static Optional<String> falls(Scene scene) {
    return scene.candidate().filter(id -> scene.health.get(id) == Health.UP);
  }

  static boolean comesUp(Scene scene) {
    return scene.started && scene.health.get(Rules.COLD) != Health.UP;
  }

  // ---- what comes of it

  @Override
  public Scene after(Scene scene, Move move) {
    Scene next = scene.copy();
    if (rules.most().containsKey(move.kind()) || DISTURBANCES.contains(move.kind())) {
      next.made.merge(move.kind(), 1, Integer::sum);
    }
    make(next, move);
    return next;
  }

  void make(Scene scene, Move move) {
    switch (move.kind()) {
      case ACT -> new Acting(scene, move.who(), Acting.Post.PROMPT).act();
      case ACT_LATE -> new Acting(scene, move.who(), Acting.Post.LATE).act();
      case ACT_REFUSED -> new Acting(scene, move.who(), Acting.Post.REFUSED).act();
      case ARRIVE -> arrive(scene);
      case RENEW -> renew(scene, move.who());
      case TAKE -> take(scene, move.who());
      case RELEASE -> release(scene, move.who());
      case RESTART -> {
        scene.seats.set(move.who(), scene.seats.get(move.who()).anew(scene.nowMs));
        take(scene, move.who());
      }
      case READ -> scene.balancers.set(move.who(), read(scene));
      case RETURN -> scene.health.put(Rules.FIRST, Health.UP);
      case FALL -> fall(scene, falls(scene).orElseThrow());
      case COMES_UP -> scene.health.put(Rules.COLD, Health.UP);
      case TICK -> scene.nowMs += Rules.TICK_MS;
    }
  }

  private static void arrive(Scene scene) {
    Letter letter = scene.late.orElseThrow();
    scene.late = Optional.empty();
    Object unused = new Delivery(scene).deliver(letter);
  }

  private static void fall(Scene scene, String id) {
    scene.health.put(id, Health.DOWN);
    scene.started &= !id.equals(Rules.COLD);
  }

  private static void renew(Scene scene, int manager) {
    Seat seat = own(scene, manager);
    long nowNs = seat.nowNs(scene.nowMs);
    LeaseTerm.Renew asked = (LeaseTerm.Renew) seat.lease.next(nowNs);
    Optional<LeaseState> held =
        scene
            .ledger
            .lease()
            .filter(l -> l.epoch() == asked.epoch() && l.holder().equals(seat.node));
    held.ifPresent(l -> scene.grantedMs = scene.nowMs);
    Result result = held.isPresent() ? held.get() : new LeaseGone(FailoverClient.LEASE);
    seat.lease.answered(asked, new Outcome.Ok<>(result), nowNs, nowNs);
  }

  /**
   * The store is to know of the new term before all is read: what the one before has under way is
   * refused then.
   */
  private void take(Scene scene, int manager) {
    Seat seat = own(scene, manager);
    long nowNs = seat.nowNs(scene.nowMs);
    LeaseTerm.Step asked = seat.lease.next(nowNs);
    boolean others =
        scene.ledger.lease().filter(held -> !held.holder().equals(seat.node)).isPresent();
    if (others) {
      scene.ledger = scene.ledger.expired();
    }
    Ledger.Changed taken =
        scene.ledger.change(new Acquire(FailoverClient.LEASE, seat.node, Seat.LEASE_MS));
    seat.lease.answered(asked, new Outcome.Ok<>(taken.result()), nowNs, nowNs);
    long term = ((LeaseState) taken.result()).epoch();
    scene.grantedMs = scene.nowMs;
    scene.ledger =
        taken.next().change(new RaiseFence(new Fence(FailoverClient.LEASE, term))).next();
    seat.begin(term, scene.ledger.records());
  }

  private static void release(Scene scene, int manager) {
    Seat seat = scene.seats.get(manager);
    Release release = new Release(FailoverClient.LEASE, seat.node, seat.readFor);
    scene.ledger = scene.ledger.change(release).next();
    scene.seats.set(manager, seat.anew(scene.nowMs));
  }

  /** The manager's, to be changed. */
  static Seat own(Scene scene, int manager) {
    Seat seat = scene.seats.get(manager).copy(scene.nowMs);
    scene.seats.set(manager, seat);
    return seat;
  }
}
