package io.hawser.balancer.proxy;

/** Where a request goes after what has happened to a try, and for how long. */
sealed interface Course {
  /** What has happened to a try. */
  enum Event {
    /** There was no connection to be had, or no room: nothing was sent. */
    UNSENT,
    /** A connection was closed before a byte of an answer came. */
    UNANSWERED,
    /** So was one that was kept, and may have been closed for being idle. */
    STALE,
    /** A kept connection says that it was idle for too long (408). */
    IDLED,
    /** The instance says that it cannot answer (502, 503, 504). */
    ERROR,
    /** It has not answered, or taken the body, within the time for that. */
    OVERDUE
  }

  /** It does not go on: what has happened is what becomes of it. */
  record Ends() implements Course {
    @Override
    public long leftNs() {
      return 0;
    }
  }

  /** It is waited for where it is. */
  record Stays(long leftNs) implements Course {}

  /** It is sent to the same instance once more, on a connection of its own. */
  record Again(long leftNs) implements Course {}

  /**
   * Another instance is chosen for it.
   *
   * @param withinNs at some time within this, so that those that fail together do not come back
   *     together; 0: at once
   */
  record Another(long withinNs, long leftNs) implements Course {}

  /** How much time is left, in which everything has to be that comes next. */
  long leftNs();

  default boolean ends() {
    return this instanceof Ends;
  }
}
