package io.hawser.failover.process;

import io.hawser.bus.client.CatalogReplica;
import io.hawser.catalog.Refused;
import io.hawser.model.Facet.ProcessOwner;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.InstanceKey;
import io.hawser.model.NodeId;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whose process an instance is, as the catalog has it. */
record Owners(CatalogReplica catalog, NodeId self) {
  private static final Logger log = LoggerFactory.getLogger(Owners.class);

  /**
   * Makes a process this node's before it is started. Refused when it is another node's, be that
   * node live or not.
   */
  Future<Integer> claim(Child child) {
    FacetKey key = key(child.instance());
    return catalog.updateReplicated(
        current -> {
          Optional<NodeId> other = other(current.get(key, ProcessOwner.class));
          if (other.isPresent()) {
            throw new Refused("owner-elsewhere", "the process is node " + other.get() + "'s");
          }
          return Map.of(key, Optional.of(owner(child)));
        });
  }

  /** Says that a process is this node's, and up to which epoch requests for it are refused. */
  Future<Void> own(Child child) {
    FacetKey key = key(child.instance());
    return catalog
        .update(
            current -> {
              Optional<NodeId> other = other(current.get(key, ProcessOwner.class));
              if (other.isPresent()) {
                log.warn(
                    "process is at home on two nodes instance={} other={}",
                    child.instance(),
                    other.get());
                return Map.of();
              }
              return Map.of(key, Optional.of(owner(child)));
            })
        .mapEmpty();
  }

  /** Gives a process of this node up. */
  Future<Void> disown(InstanceKey instance) {
    FacetKey key = key(instance);
    return catalog
        .updateReplicated(
            current ->
                current.get(key, ProcessOwner.class).filter(o -> o.node().equals(self)).isPresent()
                    ? Map.of(key, Optional.empty())
                    : Map.of())
        .mapEmpty();
  }

  private Optional<NodeId> other(Optional<ProcessOwner> owner) {
    return owner.map(ProcessOwner::node).filter(node -> !node.equals(self));
  }

  private ProcessOwner owner(Child child) {
    return new ProcessOwner(self, child.template(), child.identity().pid(), child.epoch().value());
  }

  private static FacetKey key(InstanceKey instance) {
    return FacetKey.of(Kind.PROCESS_OWNER, instance);
  }
}
