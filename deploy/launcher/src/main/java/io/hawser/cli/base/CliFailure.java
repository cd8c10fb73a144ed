package io.hawser.cli.base;

/** A command cannot go on, told so that a person can mend it: what failed, why, and what to do. */
public final class CliFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int code;
  private final String why;
  private final String mend;

  /**
   * @param why the cause; empty when there is nothing to add
   * @param mend what to do about it; empty when nobody knows
   */
  public CliFailure(ExitCode code, String what, String why, String mend) {
    this(code.number(), what, why, mend);
  }

  /** With the exit code of a process that ended, handed on as it is. */
  public CliFailure(int code, String what, String why, String mend) {
    super(what);
    this.code = code;
    this.why = why;
    this.mend = mend;
  }

  public String why() {
    return why;
  }

  public String mend() {
    return mend;
  }

  public int code() {
    return code;
  }

  /** The message for a terminal, in one to three parts. */
  public String render() {
    StringBuilder text = new StringBuilder("hawser: ").append(getMessage());
    if (!why.isBlank()) {
      text.append("\n  why:  ").append(why.strip().replace("\n", "\n        "));
    }
    if (!mend.isBlank()) {
      text.append("\n  mend: ").append(mend.strip().replace("\n", "\n        "));
    }
    return text.toString();
  }
}
