package io.hawser.storage.group;

import io.vertx.core.Future;

/** A replica that may have something on the disk that it does not need. */
public interface Shrinking {
  String group();

  /** The last entry that it has applied: before there is another one, nothing has changed. */
  long applied();

  /**
   * Gives room back.
   *
   * @param spareBytes what it may take of the disk meanwhile
   */
  Future<Void> giveRoom(long spareBytes);
}
