package io.hawser.architecture.planted.cli;

/** Breaks no rule: this is what the command line is for. */
final class Speaks {
  private Speaks() {}

  static void out() {
    System.out.println("here");
  }
}
