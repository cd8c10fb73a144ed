package io.hawser.balancer.wire;

import java.io.Serial;

/** What came is not what may come. Without a stack: whoever sends rubbish gets it cheaply. */
public final class BadMessage extends Exception {
  @Serial private static final long serialVersionUID = 1;

  private final transient Problem problem;

  public BadMessage(Problem problem) {
    super(problem.detail(), null, false, false);
    this.problem = problem;
  }

  static BadMessage of(String detail) {
    return new BadMessage(Problem.bad(detail));
  }

  public Problem problem() {
    return problem;
  }
}
