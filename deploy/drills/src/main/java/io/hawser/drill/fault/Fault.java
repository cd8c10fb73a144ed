package io.hawser.drill.fault;

/**
 * Something that can be done to a cluster. Whoever implements one says how it shows that it is
 * there, and that it is gone: a drill whose fault had no effect has shown nothing.
 */
public interface Fault {
  String name();

  /** Does it. */
  void inject();

  /** Whether it shows. */
  boolean effective();

  /** Takes it back. Doing so twice does no harm. */
  void heal();

  /** Whether nothing of it shows any more; true at once for what cannot be taken back. */
  boolean healed();
}
