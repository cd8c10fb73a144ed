package io.hawser.architecture.planted;

import java.util.concurrent.TimeUnit;

/** Sleeps, in two ways. */
final class Sleeper {
  private Sleeper() {}

  static void sleep() throws InterruptedException {
    Thread.sleep(1);
    TimeUnit.MILLISECONDS.sleep(1);
  }
}
