package io.hawser.registry.core.roster;

import io.hawser.model.DetectionMessage.RosterMark;
import io.hawser.model.NodeId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Every registry node that was ever there, but for those that have said that they leave. Each node
 * writes its own mark; of two marks of one node the later one counts, so that books that have seen
 * the same marks are equal.
 *
 * <p>A node that dies stays in: it may be on the other side of a partition. An operator may take it
 * out; when it lives after all, it hears so of the others and comes in again. Not thread-safe:
 * owned by one verticle. Hard state, kept on disk by the shell.
 */
public final class RosterBook {
  /** More nodes than anybody has; what is more is not believed. */
  public static final int MAX_NODES = 100;

  private final NodeId self;
  private final Map<NodeId, RosterMark> marks = new TreeMap<>();
  private boolean leaving;

  /** A book with this node in it. */
  public RosterBook(NodeId self, Collection<RosterMark> kept, long wallMs) {
    this.self = self;
    boolean unused = merge(kept, wallMs);
    enter(wallMs, false);
  }

  private void enter(long wallMs, boolean left) {
    RosterMark known = marks.get(self);
    long stamp = known == null ? wallMs : Math.max(wallMs, known.stamp() + 1);
    marks.put(self, new RosterMark(self, stamp, left));
  }

  /** Takes in what others know. Returns whether anything is new. */
  public boolean merge(Collection<RosterMark> others, long wallMs) {
    boolean changed = false;
    for (RosterMark mark : others) {
      RosterMark known = marks.get(mark.node());
      boolean room = known != null || marks.size() < MAX_NODES;
      if (room && (known == null || mark.stamp() > known.stamp())) {
        marks.put(mark.node(), mark);
        changed = true;
      }
    }
    RosterMark own = marks.get(self);
    if (own != null && own.left() && !leaving) {
      // A word of a former life.
      enter(wallMs, false);
    }
    return changed;
  }

  /** This node is about to stop in good order. */
  public void leave(long wallMs) {
    leaving = true;
    enter(wallMs, true);
  }

  /** An operator has taken another node out. Returns whether it was in. */
  public boolean forget(NodeId node) {
    RosterMark known = marks.get(node);
    if (node.equals(self) || known == null || known.left()) {
      return false;
    }
    marks.put(node, new RosterMark(node, known.stamp() + 1, true));
    return true;
  }

  public List<RosterMark> marks() {
    return List.copyOf(marks.values());
  }

  /** Who counts. */
  public Set<NodeId> members() {
    Set<NodeId> members = new TreeSet<>();
    for (RosterMark mark : marks.values()) {
      if (!mark.left()) {
        members.add(mark.node());
      }
    }
    return members;
  }
}
