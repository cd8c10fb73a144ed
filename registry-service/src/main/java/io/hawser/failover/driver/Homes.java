package io.hawser.failover.driver;

import io.hawser.bus.client.CatalogReplica;
import io.hawser.bus.client.ProcessClient;
import io.hawser.failover.core.Effect;
import io.hawser.model.Facet.DriverRef;
import io.hawser.model.Facet.ProcessOwner;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.InstanceKey;
import io.hawser.model.NodeId;
import io.hawser.model.Outcome;
import io.hawser.model.Rendezvous;
import io.hawser.node.Members;
import io.hawser.node.NodeInfo;
import java.util.List;
import java.util.Optional;

/**
 * Which nodes may start the process of an instance: the one that the driver's arguments name, else
 * the one that owns the process, else those at the instance's own address. A process whose owner is
 * away is started nowhere else, as it may still run there.
 */
public final class Homes {
  private final CatalogReplica catalog;
  private final Members members;

  public Homes(CatalogReplica catalog, Members members) {
    this.catalog = catalog;
    this.members = members;
  }

  /**
   * Those of them that are there, the best first; refused, with a code of {@link
   * Effect.Drive#isAway}, when none is.
   */
  public Outcome<List<NodeId>> of(InstanceKey instance, DriverRef driver, String host) {
    List<NodeId> live = members.liveWith(ProcessClient.ROLE);
    Optional<String> only = only(instance, driver);
    if (only.isPresent()) {
      return live.stream()
          .filter(id -> id.value().equals(only.get()))
          .findFirst()
          .<Outcome<List<NodeId>>>map(id -> new Outcome.Ok<>(List.of(id)))
          .orElseGet(
              () ->
                  new Outcome.Rejected<>(
                      Effect.Drive.OWNER_GONE,
                      "node " + only.get() + ", whose it is, is not there"));
    }
    List<NodeId> there = Rendezvous.ranked(instance.toString(), at(host, live));
    return there.isEmpty()
        ? new Outcome.Rejected<>(
            Effect.Drive.NO_NODE, "no live node is at " + host + ", and the args name none")
        : new Outcome.Ok<>(there);
  }

  /** Why none of them is there; empty when one is. */
  public Optional<String> whyNone(InstanceKey instance, DriverRef driver, String host) {
    return of(instance, driver, host) instanceof Outcome.Rejected<List<NodeId>> rejected
        ? Optional.of(rejected.detail())
        : Optional.empty();
  }

  private Optional<String> only(InstanceKey instance, DriverRef driver) {
    return Optional.ofNullable(driver.args().get(ProcessDriver.NODE_ARG))
        .or(
            () ->
                catalog
                    .get(FacetKey.of(Kind.PROCESS_OWNER, instance), ProcessOwner.class)
                    .map(owner -> owner.node().value()));
  }

  private List<NodeId> at(String host, List<NodeId> live) {
    return members.live().stream()
        .filter(n -> live.contains(n.id()) && Hosts.at(n.apiUrl(), host))
        .map(NodeInfo::id)
        .toList();
  }
}
