package io.hawser.storage.core;

import io.hawser.model.StorageOp.Fence;
import io.hawser.model.StorageOp.Fenced;
import java.util.List;
import java.util.Optional;

/**
 * The highest token of each resource that a write of the group has shown. A lower one is refused
 * from then on; what a write showed that was refused, for whatever reason, is not noted (Kleppmann,
 * "How to do distributed locking", 2016). Not thread-safe: owned by one {@link StateMachine}.
 */
final class Fences {
  private final Staged staged;

  Fences(Staged staged) {
    this.staged = staged;
  }

  /** The refusal of the first token that is too low, or nothing. */
  Optional<Fenced> refusal(List<Fence> fences) {
    for (Fence fence : fences) {
      Optional<Long> highest = highest(fence.resource());
      if (highest.isPresent() && fence.token() < highest.get()) {
        return Optional.of(new Fenced(fence.resource(), fence.token(), highest.get()));
      }
    }
    return Optional.empty();
  }

  /** Notes the tokens of a write that was not refused. */
  void note(List<Fence> fences) {
    for (Fence fence : fences) {
      Optional<Long> highest = highest(fence.resource());
      if (highest.isEmpty() || fence.token() > highest.get()) {
        byte[] token = new ByteSink().u8(Layout.VERSION).i64(fence.token()).bytes();
        staged.put(Space.SYSTEM, Layout.fence(fence.resource()), token);
      }
    }
  }

  Optional<Long> highest(String resource) {
    byte[] bytes = staged.get(Space.SYSTEM, Layout.fence(resource));
    return bytes == null ? Optional.empty() : Optional.of(token(bytes));
  }

  static long token(byte[] bytes) {
    return new ByteSource(bytes).version(Layout.VERSION).i64();
  }
}
