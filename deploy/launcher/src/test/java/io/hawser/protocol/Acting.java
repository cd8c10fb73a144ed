package io.hawser.protocol;

import io.hawser.failover.core.Ask;
import io.hawser.failover.core.Book;
import io.hawser.failover.core.Effect;
import io.hawser.failover.core.Surroundings;
import io.hawser.model.Facet;
import io.hawser.model.Facet.Phase;
import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.RoleRecord;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.Outcome;
import io.hawser.model.StorageOp.Fence;
import io.hawser.model.StorageOp.RaiseFence;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One decision of a manager, with what is sent for it and what that comes to. */
final class Acting {
  /** What becomes of what is sent. */
  enum Post {
    PROMPT,
    LATE,
    REFUSED
  }

  private final Scene scene;
  private final Seat seat;
  private final long term;
  private final Post post;

  Acting(Scene scene, int manager, Post post) {
    this.scene = scene;
    this.term = scene.acts(manager);
    this.seat = World.own(scene, manager);
    this.post = post;
  }

  void act() {
    long nowNs = seat.nowNs(scene.nowMs);
    List<Effect> effects =
        seat.core.decide(
            scene.rules.snapshot(seat, scene.health),
            Surroundings.calm(term),
            nowNs,
            Rules.WALL_MS);
    for (Effect effect : effects) {
      switch (effect) {
        case Effect.Write write -> write(write);
        case Effect.RaiseFence raise -> answered(raise.ask(), fence(raise));
        case Effect.Drive drive ->
            answered(drive.ask(), sent(new Letter.Start(drive.ask().instance(), term)));
        case Effect.Register register -> throw new AssertionError("registers itself: " + register);
        case Effect.Hook hook -> throw new AssertionError("there are no hooks: " + hook);
      }
    }
  }

  private void answered(Ask ask, Outcome<?> outcome) {
    seat.core.answered(ask, outcome, seat.nowNs(scene.nowMs));
  }

  private Outcome<?> fence(Effect.RaiseFence raise) {
    Letter letter =
        new Letter.Change(new RaiseFence(new Fence(raise.resource(), raise.token())), term);
    if (scene.rules.fault() == Fault.FENCE_AFTER_ROUTING && scene.late.isEmpty()) {
      scene.late = Optional.of(letter);
      return new Outcome.Ok<>(raise.token());
    }
    return sent(letter);
  }

  /** What becomes of a letter as far as the manager hears of it. */
  private Outcome<?> sent(Letter letter) {
    if (post == Post.REFUSED && letter instanceof Letter.Start) {
      return new Outcome.Rejected<>("start-failed", "as the driver says");
    }
    if (post == Post.LATE && scene.late.isEmpty()) {
      scene.late = Optional.of(letter);
      return new Outcome.Unknown<>("no answer in time");
    }
    return new Delivery(scene).deliver(letter);
  }

  /** After a write that was refused, or of which it is not known, all is read again. */
  private void write(Effect.Write write) {
    Map<FacetKey, Facet> values = values(write);
    Map<FacetKey, Long> expected = new HashMap<>();
    values.keySet().forEach(key -> expected.put(key, seat.revision(key)));
    if (sent(new Letter.Records(values, expected, term)) instanceof Outcome.Ok<?> ok) {
      seat.wrote(values, (Long) ok.value());
    } else {
      seat.read(scene.ledger.records());
    }
  }

  private Map<FacetKey, Facet> values(Effect.Write write) {
    Map<FacetKey, Facet> values = new HashMap<>();
    values.put(Seat.key(Kind.INCIDENT, write.id()), write.next());
    write.roles().forEach((id, role) -> values.put(Seat.key(Kind.ROLE, id), role));
    write.guard().ifPresent(guard -> values.put(Book.guardKey(Rules.SERVICE), guard));
    boolean failed = write.next().phase() == Phase.FAILED;
    if (scene.rules.fault() == Fault.GIVEN_BACK && failed) {
      String id = write.next().failed();
      values.put(
          Seat.key(Kind.ROLE, id), new RoleRecord(Role.ACTIVE, write.next().epoch(), "", ""));
    }
    return values;
  }
}
