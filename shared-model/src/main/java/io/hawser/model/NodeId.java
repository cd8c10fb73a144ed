package io.hawser.model;

/** The name of one Hawser process, unique in its cluster and kept over restarts. */
@Wire(127)
public record NodeId(String value) implements Comparable<NodeId> {
  public NodeId {
    value = Names.check("node id", value);
  }

  @Override
  public int compareTo(NodeId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
