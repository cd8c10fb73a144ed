package io.hawser.model;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What a key of the store may be, and which data group it belongs to. */
public final class StorageKeys {
  /** The longest key, in bytes of UTF-8. */
  public static final int MAX_KEY_BYTES = 1_024;

  public static final int MAX_VALUE_BYTES = 1_048_576;

  /** The most comparisons, and the most writes of one branch, in a transaction. */
  public static final int MAX_TRANSACTION = 128;

  private static final String DATA = "data-";

  private StorageKeys() {}

  /** What is wrong with a key, as the end of a sentence; empty when it is fine. */
  public static Optional<String> fault(String key) {
    if (key.isEmpty()) {
      return Optional.of("must not be empty");
    }
    int length = key.getBytes(StandardCharsets.UTF_8).length;
    return length > MAX_KEY_BYTES
        ? Optional.of("must have at most " + MAX_KEY_BYTES + " bytes in UTF-8, it has " + length)
        : Optional.empty();
  }

  /** The name of a data group, counted from 0. */
  public static String dataGroup(int number) {
    return DATA + number;
  }

  public static boolean isDataGroup(String group) {
    return group.startsWith(DATA);
  }

  /** The group of a user's key among so many. Stable over JVMs and versions. */
  public static String group(String key, int groups) {
    return dataGroup((int) Long.remainderUnsigned(Rendezvous.hash(tag(key)), groups));
  }

  /** The one group of all keys with this prefix; empty when they may be in any. */
  public static Optional<String> groupOfPrefix(String prefix, int groups) {
    return groups == 1 || hasTag(prefix) ? Optional.of(group(prefix, groups)) : Optional.empty();
  }

  /**
   * What decides on a key's group: what stands between its first brace and the next closing one,
   * when that is not empty; else all of the key. Keys with one tag are in one group.
   */
  static String tag(String key) {
    int open = key.indexOf('{');
    return hasTag(key) ? key.substring(open + 1, key.indexOf('}', open)) : key;
  }

  private static boolean hasTag(String key) {
    int open = key.indexOf('{');
    return open >= 0 && key.indexOf('}', open) > open + 1;
  }
}
