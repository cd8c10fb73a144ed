package io.hawser.launcher.config;

/**
 * Why a node could not start: what, why, and how to mend it; and the exit code that says so to
 * scripts. The codes stay as they are.
 */
public final class StartFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public static final int FAILURE = 1;

  /** A setting is unknown, has no legal value, or asks for what is refused. */
  public static final int BAD_SETTINGS = 2;

  /** The node could not join or form its cluster. */
  public static final int CLUSTER = 11;

  /** A port of the node is taken, or may not be opened. */
  public static final int PORT = 12;

  /** The data directory is in use by another node, or cannot be written. */
  public static final int DATA_DIR = 13;

  /** A service of the node did not start. */
  public static final int DEPLOYMENT = 15;

  private final int exitCode;
  private final String why;
  private final String mend;

  /** A failure whose one sentence says what, why and how to mend it. */
  public StartFailure(int exitCode, String what) {
    this(exitCode, what, "", "");
  }

  /** A failure whose one sentence says what, why and how to mend it. */
  public StartFailure(int exitCode, String what, Throwable cause) {
    this(exitCode, what, "", "", cause);
  }

  /**
   * @param what what could not be done
   * @param why the cause; empty when there is nothing to add
   * @param mend what to do about it
   */
  public StartFailure(int exitCode, String what, String why, String mend) {
    super(what);
    this.exitCode = exitCode;
    this.why = why;
    this.mend = mend;
  }

  public StartFailure(int exitCode, String what, String why, String mend, Throwable cause) {
    super(what, cause);
    this.exitCode = exitCode;
    this.why = why;
    this.mend = mend;
  }

  public int exitCode() {
    return exitCode;
  }

  /** What could not be done. */
  public String what() {
    return String.valueOf(super.getMessage());
  }

  public String why() {
    return why;
  }

  public String mend() {
    return mend;
  }

  /** All of it, in one to three lines. */
  @Override
  public String getMessage() {
    return what()
        + (why.isEmpty() ? "" : "\n  why:  " + why.replace("\n", "\n        "))
        + (mend.isEmpty() ? "" : "\n  mend: " + mend.replace("\n", "\n        "));
  }
}
