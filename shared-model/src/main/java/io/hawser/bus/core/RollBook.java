package io.hawser.bus.core;

import io.hawser.model.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which of this node's addresses its peers reach, and which of its subscriptions are to be made
 * again. Soft state: it starts empty and is never told to anybody.
 *
 * <p>A peer calls the roll: it asks for this node's addresses, and then knocks at each of them. In
 * its next call it says of which roll it did so; what it knocked at and this node did not hear is
 * missing. Messages may be lost, so it takes {@link #STRIKES} rolls in a row. A peer that does not
 * call at all cannot reach the address for that. Not thread-safe: owned by one context.
 */
public final class RollBook {
  /** Rolls in a row that an address has to be missing from. */
  public static final int STRIKES = 2;

  /** Intervals after which a peer that does not call the roll is silent. */
  static final int SILENT_INTERVALS = 4;

  /** The longest pause between two repairs of an address that do not help. */
  static final long MAX_WAIT_NS = 60_000_000_000L;

  private static final class Peer {
    long calledNs;
    long round;
    Set<String> listed = Set.of();
    final Set<String> heard = new HashSet<>();
    final Map<String, Integer> strikes = new HashMap<>();
    int failures;

    Peer(long nowNs) {
      calledNs = nowNs;
    }
  }

  private record Repair(long atNs, long waitNs) {}

  private final long intervalNs;
  private final Map<NodeId, Peer> peers = new TreeMap<>();
  private final Map<String, Repair> repairs = new HashMap<>();

  /**
   * @param intervalNs how often each node calls the roll
   */
  public RollBook(long intervalNs) {
    this.intervalNs = intervalNs;
  }

  /** Whom to expect calls from. A peer that is new here is given time for its first. */
  public void expect(Collection<NodeId> live, long nowNs) {
    peers.keySet().retainAll(Set.copyOf(live));
    live.forEach(id -> peers.computeIfAbsent(id, ignored -> new Peer(nowNs)));
  }

  /**
   * A peer calls the roll.
   *
   * @param round of this call
   * @param knocked the round after whose answer it last knocked
   * @param addresses what it is answered, and will knock at
   * @return the addresses to subscribe again
   */
  public List<String> called(
      NodeId from, long round, long knocked, Collection<String> addresses, long nowNs) {
    Peer peer = peers.get(from);
    if (peer == null) {
      return List.of();
    }
    List<String> missing = new ArrayList<>();
    if (knocked == peer.round) {
      for (String address : peer.listed) {
        if (peer.heard.contains(address)) {
          peer.strikes.remove(address);
        } else if (peer.strikes.merge(address, 1, Integer::sum) >= STRIKES) {
          missing.add(address);
        }
      }
    }
    peer.calledNs = nowNs;
    peer.round = round;
    peer.listed = Set.copyOf(addresses);
    peer.heard.clear();
    peer.strikes.keySet().retainAll(peer.listed);
    return missing.stream().filter(address -> repair(address, nowNs)).sorted().toList();
  }

  /** A peer's knock arrived at an address. */
  public void heard(NodeId from, long round, String address) {
    Peer peer = peers.get(from);
    if (peer != null && peer.round == round && peer.listed.contains(address)) {
      peer.heard.add(address);
    }
  }

  /**
   * Whether to subscribe again where the calls arrive, as there is a peer from which none does.
   *
   * @param address where they arrive
   */
  public boolean deaf(String address, long nowNs) {
    long limitNs = SILENT_INTERVALS * intervalNs;
    return peers.values().stream().anyMatch(peer -> nowNs - peer.calledNs > limitNs)
        && repair(address, nowNs);
  }

  /** Whether it is time for a repair: if one does not help, the next waits twice as long. */
  private boolean repair(String address, long nowNs) {
    long firstNs = (STRIKES + 1) * intervalNs;
    Repair last = repairs.get(address);
    long waitNs = firstNs;
    if (last != null) {
      long agoNs = nowNs - last.atNs();
      if (agoNs < last.waitNs()) {
        return false;
      }
      if (agoNs < 4 * last.waitNs()) {
        waitNs = Math.min(2 * last.waitNs(), MAX_WAIT_NS);
      }
    }
    repairs.put(address, new Repair(nowNs, waitNs));
    peers.values().forEach(peer -> peer.strikes.remove(address));
    return true;
  }

  /** How this node's own call to a peer ended. */
  public void answered(NodeId peer, boolean answered) {
    Peer known = peers.get(peer);
    if (known != null) {
      known.failures = answered ? 0 : known.failures + 1;
    }
  }

  /** The live peers that this node calls in vain. */
  public Set<NodeId> unreachable() {
    Set<NodeId> found = new TreeSet<>();
    peers.forEach(
        (id, peer) -> {
          if (peer.failures >= STRIKES) {
            found.add(id);
          }
        });
    return found;
  }
}
