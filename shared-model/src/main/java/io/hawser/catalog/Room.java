package io.hawser.catalog;

import io.hawser.model.Entry;
import java.util.ArrayList;
import java.util.List;

/**
 * What still goes into one message of entries. The first always does, however large: the limits of
 * the API keep one entry small.
 */
public final class Room {
  /** The most entries of a message. */
  public static final int MAX_ENTRIES = 500;

  /** About the most characters of a message, by the entries' texts. */
  public static final int MAX_WEIGHT = 256 * 1024;

  private final int maxEntries;
  private int entries;
  private int weight;

  Room(int maxEntries) {
    this.maxEntries = maxEntries;
  }

  /** Takes all of these, or none. */
  boolean take(List<Entry> more) {
    int added = more.stream().mapToInt(Room::weight).sum();
    boolean fits =
        entries == 0 || (entries + more.size() <= maxEntries && weight + added <= MAX_WEIGHT);
    if (fits) {
      entries += more.size();
      weight += added;
    }
    return fits;
  }

  static int weight(Entry entry) {
    return entry.toString().length();
  }

  /** The same entries, in as many messages as they need. */
  public static List<List<Entry>> messages(List<Entry> entries) {
    return messages(entries, MAX_ENTRIES);
  }

  static List<List<Entry>> messages(List<Entry> entries, int maxEntries) {
    if (entries.size() == 1) {
      return List.of(List.copyOf(entries));
    }
    List<List<Entry>> messages = new ArrayList<>();
    List<Entry> open = new ArrayList<>();
    Room room = new Room(maxEntries);
    for (Entry entry : entries) {
      if (!room.take(List.of(entry))) {
        messages.add(List.copyOf(open));
        open.clear();
        room = new Room(maxEntries);
        boolean unused = room.take(List.of(entry));
      }
      open.add(entry);
    }
    if (!open.isEmpty()) {
      messages.add(List.copyOf(open));
    }
    return List.copyOf(messages);
  }
}
