package io.hawser.catalog;

import io.hawser.model.Entry;
import io.hawser.model.FacetKey;
import io.hawser.model.NodeId;
import io.hawser.model.Stamp;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What this node held when it stopped for longer than deletions are remembered: any of it may have
 * been deleted since, and nobody could say so. It is not handed to those who ask what there is. A
 * peer that has been there all the time, itself or through those that it learned from, knows: what
 * that one lacks is gone. As long as there is none, everything stays.
 *
 * <p>Not thread-safe: owned by its {@link Replication}.
 */
final class Aged {
  private final Set<FacetKey> keys = new HashSet<>();
  private long savedMs;

  /** All of these are as they were at that time. */
  void restored(List<Entry> entries, long atMs) {
    savedMs = atMs;
    entries.stream().filter(entry -> !entry.deleted()).forEach(entry -> keys.add(entry.key()));
  }

  /** Something newer is known. */
  void written(FacetKey key) {
    boolean unused = keys.remove(key);
  }

  /** Those that others may be told of. */
  List<Entry> certain(List<Entry> entries) {
    return keys.isEmpty()
        ? entries
        : entries.stream().filter(entry -> !keys.contains(entry.key())).toList();
  }

  /** Whether a peer that has known of all deletions since then knows what is gone. */
  boolean knows(long sinceMs) {
    return !keys.isEmpty() && sinceMs > 0 && sinceMs <= savedMs;
  }

  /** Deletions of those, of what such a peer lacks, that may have been deleted. */
  List<Entry> deletions(List<Entry> lacking, NodeId self) {
    List<Entry> deletions = new ArrayList<>();
    for (Entry entry : lacking) {
      if (keys.contains(entry.key())) {
        Stamp next = new Stamp(entry.stamp().hlc() + 1, self);
        deletions.add(new Entry(entry.key(), Optional.empty(), next));
      }
    }
    return deletions;
  }

  /** A peer that knows has been compared with: what is left is there. */
  void settled() {
    keys.clear();
  }
}
