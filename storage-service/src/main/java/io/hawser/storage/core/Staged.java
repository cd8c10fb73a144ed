package io.hawser.storage.core;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Changes that are not written yet, laid over a store: reads see them. Not thread-safe; nothing may
 * be staged from within a scan.
 */
public final class Staged implements SortedView {
  private static final byte[] GONE = new byte[0];

  /** Is shown one change after the other, in the order of the keys. */
  @FunctionalInterface
  public interface Sink {
    /**
     * @param value null for a delete
     */
    void accept(Space space, byte[] key, byte @Nullable [] value);
  }

  private final SortedView below;
  private long bytes;
  private final Map<Space, NavigableMap<byte[], byte[]>> changes = new EnumMap<>(Space.class);

  public Staged(SortedView below) {
    this.below = below;
    for (Space space : Space.values()) {
      changes.put(space, new TreeMap<>(Arrays::compareUnsigned));
    }
  }

  /**
   * @param value not empty
   */
  void put(Space space, byte[] key, byte[] value) {
    bytes += key.length + value.length;
    of(space).put(key, value);
  }

  void delete(Space space, byte[] key) {
    bytes += key.length;
    of(space).put(key, GONE);
  }

  @Override
  public byte @Nullable [] get(Space space, byte[] key) {
    byte[] staged = of(space).get(key);
    if (staged == null) {
      return below.get(space, key);
    }
    return isGone(staged) ? null : staged;
  }

  @Override
  public void scan(Space space, byte[] from, Visitor visitor) {
    Merge merge = new Merge(of(space).tailMap(from, true), visitor);
    below.scan(space, from, merge);
    merge.finish();
  }

  /** Shows what is staged. */
  public void forEach(Sink sink) {
    changes.forEach(
        (space, pairs) ->
            pairs.forEach((key, value) -> sink.accept(space, key, isGone(value) ? null : value)));
  }

  /** How much was staged, about. */
  long bytes() {
    return bytes;
  }

  void clear() {
    bytes = 0;
    changes.values().forEach(NavigableMap::clear);
  }

  private NavigableMap<byte[], byte[]> of(Space space) {
    NavigableMap<byte[], byte[]> pairs = changes.get(space);
    if (pairs == null) {
      throw new IllegalStateException("no space " + space);
    }
    return pairs;
  }

  private static boolean isGone(byte[] value) {
    return value.length == 0;
  }

  /** Shows the pairs of the store below and of what is staged as one sequence. */
  private static final class Merge implements Visitor {
    private final Iterator<Map.Entry<byte[], byte[]>> staged;
    private final Visitor visitor;
    private Map.@Nullable Entry<byte[], byte[]> next;
    private boolean enough;

    Merge(Map<byte[], byte[]> staged, Visitor visitor) {
      this.staged = staged.entrySet().iterator();
      this.visitor = visitor;
      advance();
    }

    private void advance() {
      next = staged.hasNext() ? staged.next() : null;
    }

    @Override
    public boolean visit(byte[] key, byte[] value) {
      while (next != null && !enough) {
        int order = Arrays.compareUnsigned(next.getKey(), key);
        if (order > 0) {
          break;
        }
        showNext();
        if (order == 0) {
          return !enough;
        }
      }
      enough = enough || !visitor.visit(key, value);
      return !enough;
    }

    void finish() {
      while (next != null && !enough) {
        showNext();
      }
    }

    private void showNext() {
      Map.Entry<byte[], byte[]> pair = next;
      if (pair != null && !isGone(pair.getValue())) {
        enough = !visitor.visit(pair.getKey(), pair.getValue());
      }
      advance();
    }
  }
}
