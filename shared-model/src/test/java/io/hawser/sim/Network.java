package io.hawser.sim;

import io.hawser.model.NodeId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * The links between the nodes of a world, each direction with faults of its own. What is under way
 * when a link is cut is lost.
 */
public final class Network<M> {
  private record Link(NodeId from, NodeId to) {}

  private final World<M, ?> world;
  private final Map<Link, Faults> faults = new HashMap<>();
  private final Set<Link> cuts = new HashSet<>();
  private Faults everywhere = Faults.NONE;
  private long sent;
  private long lost;

  Network(World<M, ?> world) {
    this.world = world;
  }

  /** The faults of each link that has none of its own. */
  public void faults(Faults value) {
    everywhere = value;
  }

  /** The faults of one direction of one link. */
  public void faults(NodeId from, NodeId to, Faults value) {
    Faults unused = faults.put(new Link(from, to), value);
  }

  /** Nothing goes from the one to the other any more. The way back stays. */
  public void cut(NodeId from, NodeId to) {
    boolean unused = cuts.add(new Link(from, to));
  }

  /** Nothing goes between these and the others any more. */
  public void partition(Set<NodeId> side) {
    for (SimNode<M, ?> a : world.nodes()) {
      for (SimNode<M, ?> b : world.nodes()) {
        if (side.contains(a.id()) != side.contains(b.id())) {
          cut(a.id(), b.id());
        }
      }
    }
  }

  /** Mends every cut. Faults stay. */
  public void join() {
    cuts.clear();
  }

  /** Mends all. */
  public void heal() {
    join();
    faults.clear();
    everywhere = Faults.NONE;
  }

  public boolean connected(NodeId from, NodeId to) {
    return !cuts.contains(new Link(from, to));
  }

  public long sent() {
    return sent;
  }

  public long lost() {
    return lost;
  }

  void send(NodeId from, NodeId to, M message) {
    sent++;
    Random random = world.random();
    Faults link = faults.getOrDefault(new Link(from, to), everywhere);
    if (random.nextDouble() < link.loss()) {
      lost++;
      return;
    }
    int copies = random.nextDouble() < link.repetition() ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      long delayMs = random.nextLong(link.minDelayMs(), link.maxDelayMs() + 1);
      world.after(delayMs, new Delivery<>(from, to, message), () -> deliver(from, to, message));
    }
  }

  /** What the trace says of a message. */
  private record Delivery<M>(NodeId from, NodeId to, M message) {}

  private void deliver(NodeId from, NodeId to, M message) {
    if (connected(from, to)) {
      world.node(to).deliver(from, message);
    } else {
      lost++;
    }
  }
}
