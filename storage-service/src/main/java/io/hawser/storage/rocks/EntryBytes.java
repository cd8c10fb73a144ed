package io.hawser.storage.rocks;

import io.hawser.bus.WireException;
import io.hawser.bus.WireFormat;
import io.hawser.model.HawserMessage;
import io.hawser.model.StorageMessage.LogEntry;
import io.hawser.storage.log.Committed;
import java.util.List;

/**
 * Reads the entries of a group's log. An entry that is not understood as a whole stops the replica:
 * leaving a part of it out would make this replica differ from the others.
 */
final class EntryBytes {
  private final WireFormat format = new WireFormat(List.of());
  private final String group;

  EntryBytes(String group) {
    this.group = group;
  }

  /**
   * @throws StoreException when the entry is of a later version, or damaged
   */
  LogEntry decode(Committed entry) {
    try {
      HawserMessage message = format.decodeWhole(entry.bytes());
      if (message instanceof LogEntry known) {
        return known;
      }
    } catch (WireException e) {
      String why =
          e.unknownType()
              ? "is of a later version of Hawser and cannot be left out. Start that version here"
              : "is damaged. Remove this replica and add the node anew";
      throw new StoreException("entry %d of %s %s".formatted(entry.index(), group, why), e);
    }
    throw new StoreException(
        "entry %d of %s is no entry of a store. Remove this replica and add the node anew"
            .formatted(entry.index(), group));
  }
}
