package io.hawser.storage.rocks;

import io.hawser.model.Blob;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which part of a store's files to rewrite next, so that what was deleted gives its room back: as
 * much of the lowest level, in the order of its keys, as the disk has room for beside the old. What
 * is only in the lowest level has no holes. Pure.
 */
final class Holes {
  /** A file: its level, 0 is the newest, and the first and the last key in it. */
  record Piece(int level, long bytes, Blob first, Blob last) {
    private boolean meets(Blob from, Blob to) {
      return compare(first, to) <= 0 && compare(last, from) >= 0;
    }
  }

  /**
   * A part to be rewritten, both ends in it.
   *
   * @param from empty where it has no end
   * @param to empty where it has no end
   * @param next where to look on afterwards; empty when nothing is behind
   */
  record Part(Optional<Blob> from, Optional<Blob> to, Optional<Blob> next) {
    static final Part ALL = new Part(Optional.empty(), Optional.empty(), Optional.empty());
  }

  private Holes() {}

  private static int compare(Blob a, Blob b) {
    return Arrays.compareUnsigned(a.unsafeBytes(), b.unsafeBytes());
  }

  /**
   * The next part.
   *
   * @param from where to begin; empty at first
   * @param spareBytes what may be written before the old is removed
   */
  static Optional<Part> next(List<Piece> files, Optional<Blob> from, long spareBytes) {
    int lowest = files.stream().mapToInt(Piece::level).max().orElse(0);
    boolean none = lowest > 0 && files.stream().allMatch(f -> f.level() == lowest);
    if (none || files.isEmpty()) {
      return Optional.empty();
    }
    if (from.isEmpty() && files.stream().mapToLong(Piece::bytes).sum() <= spareBytes) {
      return Optional.of(Part.ALL);
    }
    List<Piece> low =
        files.stream()
            .filter(f -> f.level() == lowest)
            .filter(f -> from.isEmpty() || compare(f.last(), from.get()) >= 0)
            .sorted(Comparator.comparing(Piece::first, Holes::compare))
            .toList();
    for (int begin = 0; begin < low.size(); begin++) {
      int end = begin;
      while (end < low.size() && bytes(files, low.get(begin), low.get(end)) <= spareBytes) {
        end++;
      }
      if (end > begin) {
        return Optional.of(
            new Part(
                Optional.of(low.get(begin).first()),
                Optional.of(low.get(end - 1).last()),
                low.stream().skip(end).findFirst().map(Piece::first)));
      }
    }
    return Optional.empty();
  }

  private static long bytes(List<Piece> files, Piece begin, Piece end) {
    return files.stream()
        .filter(f -> f.meets(begin.first(), end.last()))
        .mapToLong(Piece::bytes)
        .sum();
  }
}
