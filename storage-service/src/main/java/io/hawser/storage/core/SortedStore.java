package io.hawser.storage.core;

/** A view that can be written to: all of what is staged, or nothing. */
public interface SortedStore extends SortedView {
  /**
   * Writes everything that is staged, as one.
   *
   * @throws RuntimeException when it could not; whether it was written is unknown then, and the
   *     store must be opened anew
   */
  void write(Staged staged);
}
