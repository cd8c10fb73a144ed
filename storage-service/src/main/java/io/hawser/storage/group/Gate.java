package io.hawser.storage.group;

import io.hawser.bus.client.hard.HardKeys;
import io.hawser.model.NodeId;
import io.hawser.model.StorageMessage;
import io.hawser.model.StorageMessage.Content;
import io.hawser.model.StorageMessage.Mutation;
import io.hawser.model.StorageMessage.NoRoom;
import io.hawser.model.StorageMessage.Unavailable;
import io.hawser.model.StorageOp;
import io.hawser.storage.core.Limits;
import io.hawser.storage.group.core.Intake;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which changes of clients a group takes: those that are within the limits and theirs to make, that
 * the disks of all voters have room for, and that every voter understands. Owned by the host's
 * context.
 */
final class Gate {
  /** What the voters can do; looked at anew with each tick, and not for each request. */
  private record Means(Room room, int level) {}

  private final Household house;
  private final String group;
  private final Supplier<Set<NodeId>> voters;
  private @Nullable Means means;

  Gate(Household house, String group, Supplier<Set<NodeId>> voters) {
    this.house = house;
    this.group = group;
    this.voters = voters;
  }

  /** Time has passed, or the voters may be others. */
  void lookAnew() {
    means = null;
  }

  /** What is wrong with a change, whoever leads. */
  Optional<String> wrong(Mutation mutation) {
    StorageOp op = mutation.op();
    return Limits.violation(mutation)
        .or(
            () ->
                Intake.leadersOnly(op) || ownKeys(op)
                    ? Optional.of("only the store itself makes such a change")
                    : Optional.empty());
  }

  /** Why a change cannot be taken now. */
  Optional<Content> refusal(StorageOp op) {
    Means now = means();
    Room room = now.room();
    if (room.full() && Intake.grows(op, this::vital)) {
      return Optional.of(new NoRoom(room.usedBytes(), room.capacityBytes()));
    }
    return now.level() < StorageOp.FIRST_LEVEL
        ? Optional.of(new Unavailable("not-every-voter-knows-it"))
        : Optional.empty();
  }

  /** Failovers go on when users' data have filled the disk: their records are small and few. */
  private boolean vital(String key) {
    return group.equals(StorageMessage.META) && HardKeys.vital(key);
  }

  /** The store's own records are in {@code meta}; users' keys never meet them. */
  private boolean ownKeys(StorageOp op) {
    return group.equals(StorageMessage.META) && Intake.touches(op, "sys/");
  }

  private Means means() {
    Means known = means;
    if (known == null) {
      Set<NodeId> all = voters.get();
      known = new Means(house.room().apply(all), house.level().applyAsInt(all));
      means = known;
    }
    return known;
  }
}
