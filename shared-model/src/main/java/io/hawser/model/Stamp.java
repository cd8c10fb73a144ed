package io.hawser.model;

/**
 * When, and by which node, a facet was written: the total order that decides between two writes of
 * one facet.
 *
 * @param hlc a reading of the writer's {@link HybridClock}
 */
@Wire(131)
public record Stamp(long hlc, NodeId node) implements Comparable<Stamp> {
  @Override
  public int compareTo(Stamp other) {
    int byTime = Long.compare(hlc, other.hlc);
    return byTime != 0 ? byTime : node.compareTo(other.node);
  }

  public boolean newerThan(Stamp other) {
    return compareTo(other) > 0;
  }

  /** The wall clock part, in milliseconds since 1970. For people only. */
  public long wallMs() {
    return HybridClock.wallMs(hlc);
  }
}
