package io.hawser.catalog;

import io.hawser.model.Entry;
import io.hawser.model.FacetKey;
import io.hawser.model.Rendezvous;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The entries of a catalog by a hash of their keys, with a hash over each part of them: 64 buckets
 * of 64 leaves each. Two catalogs find what differs between them by comparing buckets, then the
 * leaves of those that differ, then the entries of the leaves that do (after Merkle, 1987, with two
 * levels and exclusive or, so that an entry comes and goes in one step).
 *
 * <p>Not thread-safe: owned by its catalog.
 */
final class HashTree {
  /** How many buckets there are, and leaves in each. */
  static final int WIDTH = 64;

  private static final int WIDTH_BITS = Integer.numberOfTrailingZeros(WIDTH);

  /**
   * Some entries in the order of their positions.
   *
   * @param next the position of the last one, after which to go on; 0 when there are no more
   */
  record Page(List<Entry> entries, long next) {}

  private final TreeMap<Long, List<Entry>> byPosition = new TreeMap<>(Long::compareUnsigned);
  private final long[] leaves = new long[WIDTH * WIDTH];

  void add(Entry entry) {
    long position = position(entry.key());
    leaves[leaf(position)] ^= fingerprint(entry);
    List<Entry> there = byPosition.get(position);
    if (there == null) {
      byPosition.put(position, List.of(entry));
    } else {
      List<Entry> more = new ArrayList<>(there);
      more.add(entry);
      byPosition.put(position, List.copyOf(more));
    }
  }

  void remove(Entry entry) {
    long position = position(entry.key());
    leaves[leaf(position)] ^= fingerprint(entry);
    List<Entry> rest =
        byPosition.getOrDefault(position, List.of()).stream()
            .filter(e -> !e.key().equals(entry.key()))
            .toList();
    if (rest.isEmpty()) {
      byPosition.remove(position);
    } else {
      byPosition.put(position, rest);
    }
  }

  /** A hash for each bucket. */
  List<Long> digest() {
    List<Long> digest = new ArrayList<>(WIDTH);
    for (int bucket = 0; bucket < WIDTH; bucket++) {
      long hash = 0;
      for (int leaf = 0; leaf < WIDTH; leaf++) {
        hash ^= leaves[bucket * WIDTH + leaf];
      }
      digest.add(hash);
    }
    return List.copyOf(digest);
  }

  /** A hash for each leaf of a bucket. */
  List<Long> digest(int bucket) {
    List<Long> digest = new ArrayList<>(WIDTH);
    for (int leaf = 0; leaf < WIDTH; leaf++) {
      digest.add(leaves[bucket * WIDTH + leaf]);
    }
    return List.copyOf(digest);
  }

  /** Where two digests of the same part differ. */
  static List<Integer> differing(List<Long> one, List<Long> other) {
    List<Integer> differing = new ArrayList<>();
    for (int i = 0; i < one.size() && i < other.size(); i++) {
      if (!one.get(i).equals(other.get(i))) {
        differing.add(i);
      }
    }
    return List.copyOf(differing);
  }

  /**
   * As many entries of some leaves of a bucket as go into one message, but at least one.
   *
   * @param after the position after which to begin; 0 for the first
   */
  Page page(int bucket, Collection<Integer> wanted, long after, Room room) {
    List<Entry> page = new ArrayList<>();
    for (var at : range(bucket, after, 0).entrySet()) {
      if (wanted.contains(leaf(at.getKey()) % WIDTH)) {
        if (!room.take(at.getValue())) {
          return new Page(List.copyOf(page), position(page.getLast().key()));
        }
        page.addAll(at.getValue());
      }
    }
    return new Page(List.copyOf(page), 0);
  }

  /**
   * All entries of some leaves of a bucket between two positions.
   *
   * @param after exclusive
   * @param upTo inclusive; 0 for the last
   */
  List<Entry> between(int bucket, Collection<Integer> wanted, long after, long upTo) {
    List<Entry> found = new ArrayList<>();
    range(bucket, after, upTo)
        .forEach(
            (position, there) -> {
              if (wanted.contains(leaf(position) % WIDTH)) {
                found.addAll(there);
              }
            });
    return found;
  }

  private SortedMap<Long, List<Entry>> range(int bucket, long after, long upTo) {
    long first = (long) bucket << (Long.SIZE - WIDTH_BITS);
    long last = first | (-1L >>> WIDTH_BITS);
    long from = Long.compareUnsigned(after, first) >= 0 ? after + 1 : first;
    long to = upTo != 0 && Long.compareUnsigned(upTo, last) < 0 ? upTo : last;
    return Long.compareUnsigned(from, to) > 0
        ? new TreeMap<>()
        : byPosition.subMap(from, true, to, true);
  }

  private static int leaf(long position) {
    return (int) (position >>> (Long.SIZE - 2 * WIDTH_BITS));
  }

  /** Never 0, which stands for no position. */
  private static long position(FacetKey key) {
    return Rendezvous.hash(text(key)) | 1;
  }

  private static long fingerprint(Entry entry) {
    return Rendezvous.hash(
        text(entry.key()) + '\0' + entry.stamp().hlc() + '\0' + entry.stamp().node());
  }

  private static String text(FacetKey key) {
    return key.kind().name() + '\0' + key.scope() + '\0' + key.name();
  }
}
