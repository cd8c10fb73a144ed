package io.hawser.launcher;

/**
 * Why a node could not start: what, why, and how to mend it; and the exit code that says so to
 * scripts.
 */
final class StartFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  static final int FAILURE = 1;
  static final int BAD_SETTINGS = 2;
  static final int CLUSTER = 11;
  static final int DEPLOYMENT = 15;

  private final int exitCode;

  StartFailure(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  StartFailure(int exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }
}
