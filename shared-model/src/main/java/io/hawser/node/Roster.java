package io.hawser.node;

import io.hawser.model.NodeId;
import java.util.Set;

/**
 * The registry nodes against which quorums of observers are counted, live or not: below a majority
 * of them nobody is called down and nobody is evicted. Never the live view, of which each side of a
 * partition has its own.
 */
public interface Roster {
  /** The nodes. Empty only before the first one is known. */
  Set<NodeId> members();

  /** Where it comes from, for people: "pinned", "learned" and the like. */
  String source();
}
