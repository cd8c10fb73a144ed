package io.hawser.architecture.planted.storage;

/** Shared by everything in the JVM. */
final class StaticState {
  static int calls;

  private StaticState() {}

  static void call() {
    calls++;
  }
}
