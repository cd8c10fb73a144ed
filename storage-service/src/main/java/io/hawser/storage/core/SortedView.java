package io.hawser.storage.core;

import org.jspecify.annotations.Nullable;

/**
 * Bytes by bytes, sorted as unsigned bytes are. Nobody may write to the arrays that are handed in
 * or out.
 */
public interface SortedView {
  /** Is shown one pair after the other. */
  @FunctionalInterface
  interface Visitor {
    /** Whether to go on. */
    boolean visit(byte[] key, byte[] value);
  }

  byte @Nullable [] get(Space space, byte[] key);

  /** Shows the pairs from a key on, in order, until the visitor has enough. */
  void scan(Space space, byte[] from, Visitor visitor);
}
