package io.hawser.model;

import java.util.Map;

/** What the failover manager and the drivers say to one another. */
public sealed interface FailoverMessage extends HawserMessage {

  /**
   * Asks a node to have the process of an instance running: a child that still runs is left alone,
   * a dead one is started from the node's own template. Answered by {@link ProcessRunning}.
   *
   * @param args name a template and a port; never a command
   */
  @Wire(20)
  record EnsureProcess(
      InstanceKey instance,
      String host,
      int port,
      Map<String, String> args,
      String incident,
      Epoch epoch)
      implements FailoverMessage {
    public EnsureProcess {
      args = Map.copyOf(args);
    }
  }

  /**
   * The process runs.
   *
   * @param started false when it ran already
   */
  @Wire(21)
  record ProcessRunning(NodeId node, long pid, boolean started) implements FailoverMessage {}
}
