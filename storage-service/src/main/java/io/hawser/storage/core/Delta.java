package io.hawser.storage.core;

import io.hawser.model.StorageOp.KeyMeta;
import io.hawser.model.StorageOp.LeaseState;
import java.util.List;
import java.util.Optional;

/**
 * What some entries changed, in their order: for those who wait and those who keep timers.
 *
 * @param revision of the group, after them
 * @param leases also those that their holder took again: their time starts anew
 * @param forgot whether what was changed before is forgotten: see {@code Leap}
 */
public record Delta(long revision, List<KeyChange> keys, List<LeaseChange> leases, boolean forgot) {
  /** A key was written or, without meta, deleted. */
  public record KeyChange(long revision, String key, Optional<KeyMeta> meta) {}

  /**
   * A lease is held from now on or, without state, is over.
   *
   * @param granted which grant under the epoch it is; see {@code Expire}
   */
  public record LeaseChange(String lease, long epoch, long granted, Optional<LeaseState> state) {}

  public Delta {
    keys = List.copyOf(keys);
    leases = List.copyOf(leases);
  }

  public boolean isEmpty() {
    return keys.isEmpty() && leases.isEmpty();
  }
}
