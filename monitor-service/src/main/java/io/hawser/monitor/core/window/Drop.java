package io.hawser.monitor.core.window;

import java.util.Locale;

/** Why a measurement was not kept. The lower-case name is the label of the counter. */
public enum Drop {
  /** Older than everything that is kept. */
  STALE,
  /** Too far ahead of this node's clock. */
  AHEAD,
  /** It would have been one more series than the node keeps. */
  SERIES_LIMIT,
  /** It would have been one more sample than the node keeps. */
  MEMORY_LIMIT,
  /** Traffic whose counts contradict one another or whose histogram cannot be read. */
  UNREADABLE;

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
