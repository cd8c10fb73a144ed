package io.hawser.model;

import java.util.Map;

/** What every node says and answers, whatever its roles. */
public sealed interface NodeMessage extends HawserMessage {

  /** The callee refuses the request. See {@link Outcome.Rejected}. */
  @Wire(60)
  record Refusal(String code, String detail) implements NodeMessage {}

  /** Done, and there is nothing to tell. */
  @Wire(61)
  record Ack() implements NodeMessage {}

  /** Asks a node how it is. Answered by {@link NodeStatus}. */
  @Wire(62)
  record StatusQuery() implements NodeMessage {}

  /**
   * How a node is.
   *
   * @param roles each role with "ready", or with what it waits for
   */
  @Wire(63)
  record NodeStatus(NodeId node, long pid, long startedAtMs, Map<String, String> roles)
      implements NodeMessage {
    public NodeStatus {
      roles = Map.copyOf(roles);
    }
  }
}
