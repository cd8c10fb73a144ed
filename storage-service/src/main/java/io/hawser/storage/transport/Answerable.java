package io.hawser.storage.transport;

/** A connection whose requests are answered only while it lasts. */
public interface Answerable {
  /** Runs the task, unless the connection has ended; it does not end meanwhile. Thread-safe. */
  void whileItLasts(Runnable task);
}
