package io.hawser.registry.core.panel;

import io.hawser.model.InstanceKey;
import io.hawser.model.NodeId;
import io.hawser.model.Rendezvous;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * The registry nodes as this one knows them. Three of the live ones observe each instance; how many
 * of those have to agree is counted against the roster, as is whether anybody may be called down at
 * all. So one side of a partition that is the smaller one calls nobody down, however sure it is.
 *
 * <p>Not thread-safe: owned by one verticle. Soft state.
 */
public final class Panel {
  /** How many nodes observe an instance. */
  public static final int OBSERVERS = 3;

  /** How often nodes say that they are there. */
  public static final long PULSE_MS = 250;

  /** After so long without a word a node's opinions count no more, and the next one writes. */
  private static final long SPEAKS_NS = TimeUnit.MILLISECONDS.toNanos(4 * PULSE_MS);

  /** After so long without a word a node does not count for a majority of the roster. */
  private static final long HEARD_NS = TimeUnit.MILLISECONDS.toNanos(8 * PULSE_MS);

  private record Voice(long atNs, boolean abstains) {}

  private final NodeId self;
  private final Map<NodeId, Voice> voices = new HashMap<>();
  private final Map<List<NodeId>, List<NodeId>> interned = new HashMap<>();
  private Set<NodeId> roster;
  private List<NodeId> live;
  private boolean abstains;

  /** A panel of this node alone. */
  public Panel(NodeId self) {
    this.self = self;
    this.roster = Set.of(self);
    this.live = List.of(self);
  }

  public NodeId self() {
    return self;
  }

  // ---- who there is

  /**
   * @param nodes the roster; never empty
   * @param present the registry nodes that the cluster manager sees
   */
  public void cluster(Set<NodeId> nodes, List<NodeId> present) {
    roster = nodes.isEmpty() ? Set.of(self) : Set.copyOf(nodes);
    live = List.copyOf(present);
    interned.clear();
    voices.keySet().removeIf(node -> !roster.contains(node) && !live.contains(node));
  }

  public Set<NodeId> roster() {
    return roster;
  }

  /**
   * The other registry nodes that ought to be spoken to: the live ones, and those of the roster.
   */
  public Set<NodeId> peers() {
    Set<NodeId> peers = new TreeSet<>(live);
    peers.remove(self);
    return peers;
  }

  /** Whether this node is the first of those that are there. */
  public boolean speaksForAll() {
    return live.isEmpty() || live.getFirst().equals(self);
  }

  /** Who observes an instance, the first of them first. One list for all that have the same. */
  public List<NodeId> observers(InstanceKey instance) {
    List<NodeId> top = Rendezvous.top(instance.toString(), live, OBSERVERS);
    return interned.computeIfAbsent(top, t -> t);
  }

  // ---- who is heard

  /** A registry node has spoken. */
  public void heard(NodeId node, boolean itAbstains, long nowNs) {
    Voice unused = voices.put(node, new Voice(nowNs, itAbstains));
  }

  /** Whether this node's own opinions count. */
  public void abstains(boolean value) {
    abstains = value;
  }

  public boolean abstains() {
    return abstains;
  }

  /** Whether the node is there and trusts itself, so that its opinions count. */
  public boolean speaks(NodeId node, long nowNs) {
    if (node.equals(self)) {
      return !abstains;
    }
    Voice voice = voices.get(node);
    return voice != null && !voice.abstains() && nowNs - voice.atNs() <= SPEAKS_NS;
  }

  /** Whether the node's voice counts in a quorum. */
  public boolean votes(NodeId node, long nowNs) {
    return roster.contains(node) && speaks(node, nowNs);
  }

  /** Whether the node is there, whatever it thinks of itself. */
  private boolean present(NodeId node, long nowNs) {
    Voice voice = voices.get(node);
    return node.equals(self) || (voice != null && nowNs - voice.atNs() <= SPEAKS_NS);
  }

  /** The live nodes that are there, this one among them. */
  public Set<NodeId> present(long nowNs) {
    Set<NodeId> present = new HashSet<>();
    for (NodeId node : live) {
      if (present(node, nowNs)) {
        present.add(node);
      }
    }
    return present;
  }

  /** Whose turn it is among the observers that are there: one that is silent leaves no gap. */
  public Turn turn(List<NodeId> observers, long nowNs) {
    int rank = 0;
    int of = 0;
    for (NodeId node : observers) {
      if (node.equals(self)) {
        rank = of;
      }
      of += present(node, nowNs) ? 1 : 0;
    }
    return of <= 1 ? Turn.ALONE : new Turn(rank, of);
  }

  private boolean heard(NodeId node, long nowNs) {
    Voice voice = voices.get(node);
    return node.equals(self) || (voice != null && nowNs - voice.atNs() <= HEARD_NS);
  }

  // ---- what follows

  /** How many observers have to agree to call an instance down. */
  public int needed() {
    return Math.min(OBSERVERS, roster.size()) / 2 + 1;
  }

  /** Whether a majority of the roster is heard. */
  public boolean quorate(long nowNs) {
    return roster.stream().filter(node -> heard(node, nowNs)).count() * 2 > roster.size();
  }

  /**
   * Whether a majority of the roster has been heard from then on: those that a partition has just
   * cut off were heard before it.
   */
  public boolean quorateSince(long sinceNs, long nowNs) {
    long heard =
        roster.stream()
            .filter(node -> heard(node, nowNs) && (node.equals(self) || heardSince(node, sinceNs)))
            .count();
    return heard * 2 > roster.size();
  }

  private boolean heardSince(NodeId node, long sinceNs) {
    Voice voice = voices.get(node);
    return voice != null && voice.atNs() - sinceNs >= 0;
  }

  /** Whether every node of the roster is heard. */
  public boolean whole(long nowNs) {
    return roster.stream().allMatch(node -> heard(node, nowNs));
  }

  /** Whose turn it is to write the verdict: the first of the observers that speaks. */
  public NodeId writer(List<NodeId> observers, long nowNs) {
    for (NodeId node : observers) {
      if (votes(node, nowNs)) {
        return node;
      }
    }
    return self;
  }

  /** How many of the observers, this node among them, have a voice. */
  public int voices(List<NodeId> observers, long nowNs) {
    int count = 0;
    for (NodeId node : observers) {
      count += votes(node, nowNs) ? 1 : 0;
    }
    return count;
  }
}
