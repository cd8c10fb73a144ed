package io.hawser.architecture.planted.monitor.core;

import java.util.Random;
import java.util.UUID;

/** A core with randomness of its own, three times. */
final class ThrowsDice {
  private ThrowsDice() {}

  static double real() {
    return Math.random();
  }

  static int whole() {
    return new Random().nextInt();
  }

  static UUID id() {
    return UUID.randomUUID();
  }
}
