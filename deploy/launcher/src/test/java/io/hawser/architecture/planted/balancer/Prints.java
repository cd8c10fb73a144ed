package io.hawser.architecture.planted.balancer;

/** Prints where nobody looks, in three ways. */
final class Prints {
  private Prints() {}

  static void out() {
    System.out.println("here");
  }

  static void err() {
    System.err.println("here");
  }

  static void trace(Exception e) {
    e.printStackTrace();
  }
}
