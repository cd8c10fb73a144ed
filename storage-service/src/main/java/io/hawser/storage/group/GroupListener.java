package io.hawser.storage.group;

import io.hawser.storage.core.Delta;

/** Hears what happens to a group's replica, on the household's context. */
public interface GroupListener {
  /** This node leads the group from now on. */
  void leading(GroupHost host, long term);

  /** It leads no longer, or has learnt who leads. */
  void following(GroupHost host);

  /** Entries were applied. */
  void applied(GroupHost host, Delta delta);

  /** A snapshot came in place of everything. */
  void replaced(GroupHost host);

  /** The replica has stopped for good. */
  void failed(GroupHost host, Throwable cause);
}
