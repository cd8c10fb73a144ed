package io.hawser.model;

import java.util.List;
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

  /**
   * Asks a node where it is subscribed. Answered by {@link Roll}.
   *
   * @param knocked the round after whose answer the asker last knocked; 0 for none
   */
  @Wire(64)
  record RollCall(NodeId from, long round, long knocked) implements NodeMessage {}

  /** The addresses that a node is subscribed to. */
  @Wire(65)
  record Roll(List<String> addresses) implements NodeMessage {
    public Roll {
      addresses = List.copyOf(addresses);
    }
  }

  /** Sent to every address of a roll, to see whether it arrives. Means nothing else to anybody. */
  @Wire(66)
  record Knock(NodeId from, long round) implements NodeMessage {}
}
