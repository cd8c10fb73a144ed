package io.hawser.failover.core;

import io.hawser.model.Facet.Verdict;

/**
 * How long it took until a failure was known, from when an observer first held something against
 * the instance.
 *
 * @param confirmedMs until a quorum of observers called it down, by the clock of the one that wrote
 *     so
 * @param openedMs until its incident was opened: what was added is between the clocks of two nodes,
 *     and what held the incident up, as a maintenance or a pool without anybody, is part of it
 */
public record Detection(long confirmedMs, long openedMs) {

  static Detection of(Verdict down, long wallMs) {
    long addedMs = Math.max(0, wallMs - down.sinceMs());
    return new Detection(down.accusedMs(), down.accusedMs() + addedMs);
  }
}
