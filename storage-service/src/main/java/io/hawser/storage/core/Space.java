package io.hawser.storage.core;

/** The parts of a group's store, each sorted by itself. {@link Layout} says what is in them. */
public enum Space {
  SYSTEM(0),
  DATA(1),
  HISTORY(2),
  SESSIONS(3);

  private final int number;

  Space(int number) {
    this.number = number;
  }

  /** What stands for it in hashes and backups; never changes. */
  public byte number() {
    return (byte) number;
  }

  public static Space of(int number) {
    for (Space space : values()) {
      if (space.number == number) {
        return space;
      }
    }
    throw new IllegalArgumentException("no space has the number " + number);
  }
}
