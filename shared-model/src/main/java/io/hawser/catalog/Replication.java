package io.hawser.catalog;

import io.hawser.catalog.Step.Send;
import io.hawser.model.Entry;
import io.hawser.model.Facet;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.HybridClock;
import io.hawser.model.NodeId;
import io.hawser.model.RegistryMessage;
import io.hawser.model.RegistryMessage.Delta;
import io.hawser.model.RegistryMessage.Difference;
import io.hawser.model.RegistryMessage.Digest;
import io.hawser.model.Stamp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How the replicas of the catalog become equal.
 *
 * <p>What is written at one is sent to all, as deltas. Whatever those did not bring, an exchange
 * with one peer after the other does: digests find the leaves that differ ({@link HashTree}), the
 * peer sends its entries of those a page at a time, and what it lacks goes back to it. When faults
 * end, {@code n} replicas that tick every {@link #TICK_MS} and see one another are equal after
 * {@code n} ticks and the time that the messages take.
 *
 * <p>Left out of what peers send is what is stamped by a clock more than {@link #MAX_LEAD_MS}
 * ahead, as nobody could overwrite it until then, and deletions that are due to be forgotten here,
 * as peers would hand them to one another for ever. A node that was away for longer than deletions
 * are remembered drops what has been deleted meanwhile ({@link Aged}). What the store keeps is
 * mirrored into the catalog, and has no part in any of this.
 *
 * <p>Not thread-safe: owned by one context. Hard state, in memory; the shell keeps snapshots.
 */
public final class Replication {
  /** How often a replica compares itself with a peer. */
  public static final long TICK_MS = 2_000;

  /** How far a stamp may be ahead of this node's wall clock. */
  public static final long MAX_LEAD_MS = 60_000;

  private final NodeId self;
  private final HybridClock clock;
  private final int messageEntries;
  private final Catalog catalog = new Catalog();
  private final Aged aged = new Aged();
  private Set<Kind> left = Set.of();
  private @Nullable Exchange running;
  private boolean progressed;
  private int nextPeer;
  private long sinceMs;

  /**
   * @param clock the node's; readings of peers are observed on it
   */
  public Replication(NodeId self, HybridClock clock) {
    this(self, clock, Room.MAX_ENTRIES);
  }

  /**
   * @param messageEntries the most entries of a message
   */
  Replication(NodeId self, HybridClock clock, int messageEntries) {
    this.self = self;
    this.clock = clock;
    this.messageEntries = messageEntries;
  }

  /**
   * Leaves registers of these kinds to the store: from now on they are taken from {@link #mirror}
   * only, and neither written here nor exchanged with peers.
   */
  public void leaveToStore(Set<Kind> kinds) {
    left = Set.copyOf(kinds);
  }

  /** Takes over what the store has of registers that are left to it. */
  public Step mirror(List<Entry> entries) {
    entries.forEach(catalog::mirror);
    return new Step(entries, List.of(), List.of(), 0, List.of());
  }

  private boolean isLeft(FacetKey key) {
    return left.contains(key.kind());
  }

  /** What this replica holds. To be changed through this class only. */
  public Catalog catalog() {
    return catalog;
  }

  /**
   * Takes over what this node held before a restart, stamps and all. What was written while the
   * clock was far ahead was refused by everybody else: of that, a value stays where nobody has
   * another, and a deletion is dropped.
   *
   * @param savedMs when this node held it, by the wall clock
   */
  public Step restore(List<Entry> entries, long savedMs, long wallMs) {
    sinceMs = wallMs;
    List<Entry> changed = new ArrayList<>();
    for (Entry entry : entries) {
      if (isLeft(entry.key())) {
        continue;
      }
      if (tooFarAhead(entry, wallMs)) {
        if (!entry.deleted()) {
          apply(new Entry(entry.key(), entry.value(), new Stamp(1, self)), changed);
        }
      } else if (!Catalog.forgettable(entry, wallMs)) {
        apply(entry, changed);
      }
    }
    if (wallMs - savedMs > Catalog.TOMBSTONE_LIFE_MS) {
      aged.restored(changed, savedMs);
    }
    return new Step(changed, List.of(), List.of(), 0, List.of());
  }

  private static boolean tooFarAhead(Entry entry, long wallMs) {
    return entry.stamp().wallMs() - wallMs > MAX_LEAD_MS;
  }

  /**
   * Writes registers here, and tells everyone. The step's changed entries are what was written.
   *
   * @throws Refused with {@code clock-ahead}: the wall clock was far ahead and was set back since,
   *     so that everybody else would refuse what is written now
   */
  public Step write(Map<FacetKey, Optional<Facet>> changes, long wallMs) {
    if (!changes.isEmpty() && clock.leadMs(wallMs) > MAX_LEAD_MS) {
      throw new Refused(
          "clock-ahead",
          "The clock of "
              + self
              + " was set back by "
              + clock.leadMs(wallMs) / 1_000
              + " s, and what it writes would be refused by the others until that time has passed;"
              + " ask another node, and restart this one once its clock is right.");
    }
    changes.keySet().stream()
        .filter(this::isLeft)
        .findFirst()
        .ifPresent(
            key -> {
              throw new IllegalArgumentException(
                  key + " is a record of the store, and is written through HardState");
            });
    List<Entry> written = new ArrayList<>();
    changes.forEach(
        (key, value) -> apply(new Entry(key, value, new Stamp(clock.next(wallMs), self)), written));
    List<Send> sends =
        Room.messages(written, messageEntries).stream()
            .map(part -> new Send(Optional.empty(), new Delta(self, part)))
            .toList();
    return new Step(written, List.of(), List.of(), 0, sends);
  }

  /** A message has come. Other kinds than the three of this protocol are ignored. */
  public Step receive(NodeId from, RegistryMessage message, long wallMs) {
    return switch (message) {
      case Delta delta -> accept(delta.entries(), wallMs, false);
      case Digest digest -> Step.of(List.of(new Send(Optional.of(from), answer(digest))));
      case Difference difference -> learn(from, difference, wallMs);
      default -> Step.of(List.of());
    };
  }

  /** {@link #TICK_MS} have passed. */
  public Step tick(List<NodeId> peers, long wallMs) {
    List<FacetKey> forgotten = catalog.prune(wallMs);
    List<Send> sends = List.of();
    if (running != null && progressed) {
      progressed = false;
    } else if (!peers.isEmpty()) {
      nextPeer = (nextPeer + 1) % peers.size();
      sends = exchange(peers.get(nextPeer)).sends();
    }
    return new Step(List.of(), forgotten, List.of(), 0, sends);
  }

  /** Compares itself with this peer now. One exchange at a time: another one is abandoned. */
  public Step exchange(NodeId peer) {
    running = new Exchange(peer);
    progressed = false;
    return Step.of(List.of(running.ask(self, catalog.tree())));
  }

  /** Whether an exchange with the peer is under way. */
  public boolean exchanging(NodeId peer) {
    return running != null && running.peer().equals(peer);
  }

  /** The peer has not answered in time. */
  public void unanswered(NodeId peer) {
    if (exchanging(peer)) {
      running = null;
    }
  }

  // ---- the other side of an exchange

  private Difference answer(Digest digest) {
    HashTree tree = catalog.tree();
    if (digest.part() < 1 || digest.part() > HashTree.WIDTH) {
      List<Integer> buckets = HashTree.differing(tree.digest(), digest.buckets());
      return new Difference(List.of(), buckets, 0, 0, 0, sinceMs);
    }
    int bucket = digest.part() - 1;
    List<Integer> leaves = HashTree.differing(tree.digest(bucket), digest.buckets());
    Room room = new Room(messageEntries);
    HashTree.Page page = tree.page(bucket, leaves, digest.after(), room);
    List<Entry> entries = aged.certain(page.entries());
    return new Difference(entries, leaves, digest.part(), digest.after(), page.next(), sinceMs);
  }

  private Step learn(NodeId from, Difference difference, long wallMs) {
    Exchange exchange = running;
    if (exchange == null || !exchange.awaits(from, difference)) {
      return accept(difference.entries(), wallMs, true);
    }
    progressed = true;
    List<Entry> lacking = lackedByPeer(difference);
    List<Entry> gone = aged.knows(difference.sinceMs()) ? aged.deletions(lacking, self) : List.of();
    Step step = accept(difference.entries(), wallMs, true).changing(drop(gone));
    List<Send> sends = new ArrayList<>();
    for (List<Entry> part : Room.messages(still(lacking, gone), messageEntries)) {
      sends.add(new Send(Optional.of(from), new Delta(self, part)));
    }
    if (exchange.goOn(difference)) {
      sends.add(exchange.ask(self, catalog.tree()));
    } else {
      compared(difference.sinceMs());
    }
    return step.sending(sends);
  }

  private List<Entry> drop(List<Entry> deletions) {
    List<Entry> dropped = new ArrayList<>();
    deletions.forEach(deletion -> apply(deletion, dropped));
    return dropped;
  }

  private static List<Entry> still(List<Entry> entries, List<Entry> gone) {
    if (gone.isEmpty()) {
      return entries;
    }
    Set<FacetKey> keys = gone.stream().map(Entry::key).collect(Collectors.toSet());
    return entries.stream().filter(entry -> !keys.contains(entry.key())).toList();
  }

  /** This replica holds all that the peer held, so that it knows as much of deletions. */
  private void compared(long peerSinceMs) {
    running = null;
    if (aged.knows(peerSinceMs)) {
      aged.settled();
    }
    if (peerSinceMs > 0 && (sinceMs == 0 || peerSinceMs < sinceMs)) {
      sinceMs = peerSinceMs;
    }
  }

  private List<Entry> lackedByPeer(Difference difference) {
    if (difference.part() == 0) {
      return List.of();
    }
    Map<FacetKey, Stamp> held = new HashMap<>();
    difference.entries().forEach(e -> held.put(e.key(), e.stamp()));
    return catalog
        .tree()
        .between(difference.part() - 1, difference.buckets(), difference.after(), difference.next())
        .stream()
        .filter(
            mine -> {
              Stamp theirs = held.get(mine.key());
              return theirs == null || mine.stamp().newerThan(theirs);
            })
        .toList();
  }

  // ---- taking in

  private Step accept(List<Entry> incoming, long wallMs, boolean repair) {
    List<Entry> changed = new ArrayList<>();
    List<Entry> refused = new ArrayList<>();
    for (Entry entry : incoming) {
      if (isLeft(entry.key())) {
        continue;
      }
      if (tooFarAhead(entry, wallMs)) {
        refused.add(entry);
      } else if (!Catalog.forgettable(entry, wallMs) || catalog.entry(entry.key()).isPresent()) {
        apply(entry, changed);
      }
    }
    return new Step(changed, List.of(), refused, repair ? changed.size() : 0, List.of());
  }

  private void apply(Entry entry, List<Entry> changed) {
    clock.observe(entry.stamp().hlc());
    if (catalog.apply(entry)) {
      aged.written(entry.key());
      changed.add(entry);
    }
  }
}
