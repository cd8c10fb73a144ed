package io.hawser.drill.answers;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** One operation on a store, of those that Hawser and etcd both have. */
public sealed interface Step {
  /** Reads a key: its value, or that there is none. */
  record Get(String key) implements Step {}

  /** Writes a key. */
  record Put(String key, String value) implements Step {}

  /** Writes a key that is not there. */
  record Create(String key, String value) implements Step {}

  /** Writes a key that is as it was when this store's subject last read it. */
  record Swap(String key, String value) implements Step {}

  /** Deletes a key. */
  record Delete(String key) implements Step {}

  /** Deletes a key that is as it was when this store's subject last read it. */
  record DeleteIfSame(String key) implements Step {}

  /** The first keys with a prefix, in order. */
  record Keys(String prefix, int limit) implements Step {}

  /** So many steps by chance, on few keys, so that they meet. */
  static List<Step> sequence(long seed, int count, String root) {
    Random dice = new Random(seed);
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String key = root + (char) ('a' + dice.nextInt(3)) + "/" + dice.nextInt(4);
      String value = "value-" + i + (dice.nextInt(10) == 0 ? " \u00e4\u20ac\n\"" : "");
      steps.add(
          switch (dice.nextInt(12)) {
            case 0, 1, 2 -> new Put(key, value);
            case 3 -> new Create(key, value);
            case 4, 5 -> new Swap(key, value);
            case 6 -> new Delete(key);
            case 7 -> new DeleteIfSame(key);
            case 8 -> new Keys(root + (char) ('a' + dice.nextInt(4)), 1 + dice.nextInt(5));
            default -> new Get(key);
          });
    }
    return steps;
  }
}
