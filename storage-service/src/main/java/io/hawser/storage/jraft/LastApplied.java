package io.hawser.storage.jraft;

/**
 * The last entry that a machine has on disk or has applied. What a log says of the entries around
 * it shows whether both are of one past. They are not when the group was recovered without this
 * replica, and it is back with what the recovery has lost.
 *
 * @param index 0 before the first
 */
record LastApplied(long index, long term) {

  /**
   * Whether an entry of the group's log proves that the machine has another past. Terms only rise
   * along a log: that of this entry is known exactly, those around it from one side.
   */
  boolean contradicts(long entry, long entryTerm) {
    if (entry == index) {
      return entryTerm != term;
    }
    return entry < index ? entryTerm > term : entryTerm < term;
  }

  /** Whether a snapshot up to this entry holds what the machine has not, or not like this. */
  boolean lacks(long entry, long entryTerm) {
    return entry > index || entryTerm > term;
  }

  /** What is wrong, and what to do about it. */
  static String otherPast(String group, long entry, long termHere, long termThere) {
    return "what this replica of "
        + group
        + " has applied is not what the group has decided: entry "
        + entry
        + " is of term "
        + termThere
        + ", and here one of term "
        + termHere
        + " was applied. The group was recovered without this replica. Stop the node, remove"
        + " storage/ in its data directory and start it: it joins anew";
  }
}
