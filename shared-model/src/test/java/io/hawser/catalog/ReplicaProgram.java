package io.hawser.catalog;

import io.hawser.model.Entry;
import io.hawser.model.Facet;
import io.hawser.model.FacetKey;
import io.hawser.model.HybridClock;
import io.hawser.model.NodeId;
import io.hawser.model.RegistryMessage;
import io.hawser.sim.Program;
import io.hawser.sim.SimNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A replica of the catalog on a simulated node: what the shell does, without the bus. */
class ReplicaProgram implements Program<RegistryMessage> {
  /** Small, so that even small catalogs need several pages. */
  private static final int MESSAGE_ENTRIES = 3;

  private static final long SAVE_MS = 3_000;

  /** The snapshot, wrapped so that it has a class. */
  private record Saved(List<Entry> entries, long atMs) {}

  final SimNode<RegistryMessage, ReplicaProgram> node;
  final Replication core;
  private final Ledger ledger;
  private final List<NodeId> peers;

  ReplicaProgram(
      SimNode<RegistryMessage, ReplicaProgram> node, List<NodeId> others, Ledger ledger) {
    this.node = node;
    this.ledger = ledger;
    this.peers = others.stream().filter(id -> !id.equals(node.id())).toList();
    this.core = new Replication(node.id(), new HybridClock(), MESSAGE_ENTRIES);
  }

  @Override
  public void start() {
    ledger.started(node);
    node.disk()
        .read("snapshot", Saved.class)
        .ifPresent(
            saved -> carryOut(core.restore(saved.entries(), saved.atMs(), node.clock().wallMs())));
    peers.stream().findFirst().ifPresent(peer -> carryOut(core.exchange(peer)));
    node.every(Replication.TICK_MS, "tick", this::tick);
    node.every(SAVE_MS, "save", this::save);
  }

  void tick() {
    carryOut(core.tick(peers, tickMs()));
  }

  /** The wall clock as ticks see it. */
  long tickMs() {
    return node.clock().wallMs();
  }

  /** What is written for a change. */
  Map<FacetKey, Optional<Facet>> written(Map<FacetKey, Optional<Facet>> changes) {
    return changes;
  }

  private void save() {
    node.disk().write("snapshot", new Saved(core.catalog().entries(), node.clock().wallMs()));
  }

  @Override
  public void receive(NodeId from, RegistryMessage message) {
    carryOut(core.receive(from, message, node.clock().wallMs()));
  }

  /** A client's, an observer's, an operator's or a manager's write, accepted by this node. */
  void write(Map<FacetKey, Optional<Facet>> changes) {
    Step step = core.write(written(changes), node.clock().wallMs());
    List<Entry> asked = step.changed().stream().filter(e -> changes.containsKey(e.key())).toList();
    ledger.accepted(node, asked);
    carryOut(step);
  }

  final void carryOut(Step step) {
    ledger.changed(node, step.changed());
    for (Step.Send send : step.sends()) {
      send.to()
          .ifPresentOrElse(
              to -> node.send(to, send.message()), () -> node.broadcast(send.message()));
    }
  }
}
