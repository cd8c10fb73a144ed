package io.hawser.cli.base;

/** How a command ends. Scripts rely on the numbers: they stay. */
public enum ExitCode {
  OK(0, "done"),
  FAILURE(1, "failed"),
  USAGE(2, "the command line or a setting is wrong"),
  NOT_FOUND(3, "there is no such thing"),
  CONFLICT(4, "it is held by somebody else, or has changed meanwhile"),
  REFUSED(5, "not allowed"),
  UNREACHABLE(6, "the node does not answer, or not in time"),
  CHECK_FAILED(7, "a check or a measured limit was not met"),
  CLUSTER_START(11, "a node could not join or form its cluster"),
  PORT(12, "a port of a node is taken, or may not be opened"),
  DATA_DIR(13, "a node's data directory is in use, or cannot be written"),
  DEPLOYMENT(15, "a service of a node did not start"),
  BUILD(70, "the build failed (bin/hawser)"),
  ENVIRONMENT(78, "this machine lacks something: a JDK, Maven, a writable directory (bin/hawser)"),
  INTERRUPTED(130, "ended by Ctrl-C; a node: by a second one, before it had stopped in order"),
  TERMINATED(143, "ended by SIGTERM; a node: by a second one");

  private final int number;
  private final String meaning;

  ExitCode(int number, String meaning) {
    this.number = number;
    this.meaning = meaning;
  }

  public int number() {
    return number;
  }

  public String meaning() {
    return meaning;
  }
}
