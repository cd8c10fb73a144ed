package io.hawser.bus.client;

import io.hawser.bus.Addresses;
import io.hawser.bus.Bus;
import io.hawser.bus.WireFormat;
import io.hawser.model.NodeId;
import io.hawser.model.Outcome;
import io.hawser.model.RosterMessage;
import io.hawser.model.RosterMessage.AskRoster;
import io.hawser.model.RosterMessage.Roster;
import io.hawser.model.RosterMessage.RosterTold;
import io.hawser.node.Members;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The roster that storage has committed, for who is no storage node itself: which registry nodes
 * count for a quorum, above all. It is asked for on a timer and kept on disk, so that it is there
 * when storage is not; it may be old, and is never taken back. Every roster in it was committed.
 * Runs on the context that starts it; {@link #current} may be called from any thread.
 */
public final class CommittedRoster {
  private static final Logger log = LoggerFactory.getLogger(CommittedRoster.class);
  private static final String STORAGE = "storage";
  private static final String FILE = "committed-roster";
  private static final long ASK_MS = 2_000;
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  private final Vertx vertx;
  private final Bus bus;
  private final Members members;
  private final RosterFile file;
  private final List<Consumer<Roster>> listeners = new CopyOnWriteArrayList<>();
  private volatile Optional<Roster> current = Optional.empty();
  private boolean asking;
  private boolean strange;

  /**
   * @param dataDir of the node
   */
  public CommittedRoster(Vertx vertx, Bus bus, Members members, Path dataDir) {
    this.vertx = vertx;
    this.bus = bus;
    this.members = members;
    this.file = new RosterFile(dataDir.resolve(FILE), new WireFormat(List.of()));
  }

  /**
   * The cluster of the roster that is kept in a node's data directory. Blocking. A file that cannot
   * be read counts as none.
   */
  public static Optional<String> clusterOf(Path dataDir) {
    try {
      return new RosterFile(dataDir.resolve(FILE), new WireFormat(List.of()))
          .read()
          .map(Roster::cluster);
    } catch (IOException e) {
      log.warn("roster on disk cannot be read dir={} cause={}", dataDir, e.toString());
      return Optional.empty();
    }
  }

  /** Reads what is on disk, then asks the storage nodes from time to time. */
  public Future<Void> start() {
    return vertx
        .executeBlocking(this::read)
        .onSuccess(
            found -> {
              current = found;
              long unused = vertx.setPeriodic(0, ASK_MS, timer -> ask());
            })
        .mapEmpty();
  }

  private Optional<Roster> read() {
    try {
      return file.read();
    } catch (IOException e) {
      log.warn("roster on disk cannot be read file={} cause={}", file.path(), e.toString());
      return Optional.empty();
    }
  }

  /** The newest that is known here; empty before the first. */
  public Optional<Roster> current() {
    return current;
  }

  /** The registry nodes that count, whether or not they are there; empty before any is known. */
  public Set<NodeId> registryNodes() {
    return current.map(r -> Set.copyOf(r.registry())).orElse(Set.of());
  }

  /** Calls the listener with each newer roster. */
  public void onChange(Consumer<Roster> listener) {
    boolean unused = listeners.add(listener);
  }

  private void ask() {
    List<NodeId> nodes = Nodes.selfFirst(members, STORAGE, members.self().id().value());
    if (asking || nodes.isEmpty()) {
      return;
    }
    asking = true;
    AskRoster request = new AskRoster(current.map(Roster::epoch).orElse(0L));
    Future<?> unused =
        Nodes.firstToAnswer(
                nodes, node -> bus.request(Addresses.STORAGE_ROSTER, node, request, TIMEOUT))
            .onComplete(
                (outcome, failure) -> {
                  asking = false;
                  told(outcome);
                });
  }

  private void told(Outcome<RosterMessage> outcome) {
    if (outcome instanceof Outcome.Ok<RosterMessage> ok && ok.value() instanceof RosterTold told) {
      told.roster().ifPresent(this::take);
    }
  }

  private void take(Roster roster) {
    Optional<Roster> old = current;
    if (old.filter(o -> !o.cluster().equals(roster.cluster())).isPresent()) {
      if (!strange) {
        strange = true;
        log.error(
            "storage is another cluster now node={} known={} told={}; if that is right, remove {}"
                + " and start the node anew",
            members.self().id(),
            old.map(Roster::cluster).orElse(""),
            roster.cluster(),
            file.path());
      }
      return;
    }
    if (old.filter(o -> o.epoch() >= roster.epoch()).isPresent()) {
      return;
    }
    current = Optional.of(roster);
    listeners.forEach(listener -> listener.accept(roster));
    Future<?> unused =
        vertx
            .executeBlocking(
                () -> {
                  file.write(roster);
                  return true;
                })
            .onFailure(
                e -> log.warn("roster is not on disk file={} cause={}", file.path(), e.toString()));
  }
}
