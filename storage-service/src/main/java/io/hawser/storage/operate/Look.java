package io.hawser.storage.operate;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * How far the replicas of a group were, at one time.
 *
 * @param lowest the last entry that all of them have applied
 * @param highest the last one that any has
 */
record Look(long lowest, long highest, long atNs) {
  /** So much later entries come that replicas are asked for: each has to be asked before. */
  static final long AHEAD_NS = TimeUnit.SECONDS.toNanos(1);

  static Look of(List<Long> indexes, long nowNs) {
    return new Look(
        indexes.stream().mapToLong(i -> i).min().orElse(0),
        indexes.stream().mapToLong(i -> i).max().orElse(0),
        nowNs);
  }

  /**
   * The entry at which the replicas can be compared: the last one where nothing is written, else
   * one to come, by the pace since the look before. Empty when that has to be seen first.
   */
  OptionalLong meeting(Optional<Look> before) {
    long came = before.map(look -> highest - look.highest()).orElse(0L);
    if (came <= 0) {
      return lowest == highest ? OptionalLong.of(highest) : OptionalLong.empty();
    }
    long tookNs = Math.max(1, atNs - before.get().atNs());
    double perNs = (double) came / tookNs;
    return OptionalLong.of(highest + Math.max(1, Math.round(perNs * AHEAD_NS)));
  }
}
