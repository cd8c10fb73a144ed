package io.hawser.bench.storage;

import io.hawser.drill.kv.Dialect;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.function.LongFunction;

/** The requests of a load, made before it: what is measured is not their making. */
enum Requests {
  PUT {
    @Override
    byte[] one(Dialect dialect, String key, byte[] value) {
      return dialect.put(key, value, "");
    }
  },
  GET {
    @Override
    byte[] one(Dialect dialect, String key, byte[] value) {
      return dialect.get(key);
    }
  };

  /** How many keys there are. */
  static final int KEYS = 4_096;

  private static final int VALUE_BYTES = 256;
  private static final long SEED = 20_261_125;

  abstract byte[] one(Dialect dialect, String key, byte[] value);

  /** Each key in turn, the same ones for every store. */
  LongFunction<byte[]> of(Dialect dialect) {
    Random dice = new Random(SEED);
    byte[][] made = new byte[KEYS][];
    for (int i = 0; i < KEYS; i++) {
      made[i] = one(dialect, "bench/key-" + i, value(dice));
    }
    return number -> made[(int) (number * 31 % KEYS)];
  }

  private static byte[] value(Random dice) {
    StringBuilder text = new StringBuilder(VALUE_BYTES);
    while (text.length() < VALUE_BYTES) {
      text.append((char) ('a' + dice.nextInt(26)));
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }
}
