package io.hawser.bus;

/** Bytes that are no message of ours. */
public final class WireException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Whether the bytes may well be a message of a newer version: counted and dropped, no cause for
   * alarm.
   */
  private final boolean unknownType;

  WireException(String message, boolean unknownType) {
    super(message);
    this.unknownType = unknownType;
  }

  public boolean unknownType() {
    return unknownType;
  }
}
